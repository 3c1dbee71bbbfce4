using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.AffinityGroups;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Names;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.AffinityGroups;

/// <summary>Makes affinity groups, changes what they say, removes them.</summary>
public sealed class AffinityGroupService(Store store, Mutations mutations)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.AffinityGroups, AffinityGroupFields.All, list, AffinityGroupView.Of, ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await using var db = store.Read(terms.Project);
        return await Named.AffinityGroupAsync(db, text) is { } group ? Ok(group) : Problem.NotFound("affinity group", text);
    }

    /// <summary>Makes one.</summary>
    public Task<Answer> CreateAsync(CreateAffinityGroup wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var name = ResourceName.Parse(wanted.Name);
            if (await session.Db.AffinityGroups.AnyAsync(row => row.Name == name))
            {
                return new Problem(ProblemCode.AlreadyExists, $"There is an affinity group '{name}' already; take another name.");
            }
            var group = new AffinityGroup(new(Guid.CreateVersion7(session.Now)), terms.Project, name, session.Now)
            {
                Policy = Words.Parse<AffinityPolicy>(wanted.Policy), Strictness = Words.Parse<Strictness>(wanted.Strictness),
                Scope = FailureDomain.Parse(wanted.Scope), Labels = wanted.Labels,
            };
            session.Db.AffinityGroups.Add(group);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.Created(AffinityGroupView.PathOf(group.Id), AffinityGroupView.Of(group), group.Version);
        }, ct);

    /// <summary>Changes what the patch speaks of; it moves nobody.</summary>
    public Task<Answer> PatchAsync(string text, Patch<PatchableAffinityGroup> patch, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.AffinityGroupAsync(session.Db, text) is not { } group) { return Problem.NotFound("affinity group", text); }
            if (terms.Stale(group.Version) is { } stale) { return stale; }
            if (!patch.TryApply(AffinityGroupView.Patchable(group), out var wanted, out var problem)) { return problem; }
            group.Policy = Words.Parse<AffinityPolicy>(wanted.Policy);
            group.Strictness = Words.Parse<Strictness>(wanted.Strictness);
            group.Scope = FailureDomain.Parse(wanted.Scope);
            if (patch.Touches("labels")) { group.Labels = wanted.Labels; }
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Ok(group);
        }, ct);

    /// <summary>Removes one that no VM is in.</summary>
    public Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.AffinityGroupAsync(session.Db, text) is not { } group) { return Problem.NotFound("affinity group", text); }
        if (terms.Stale(group.Version) is { } stale) { return stale; }
        var vms = await session.Db.Vms.CountAsync(vm => vm.AffinityGroup == group.Id);
        if (vms > 0)
        {
            return new Problem(ProblemCode.InvalidState,
                $"Affinity group '{group.Name}' has {(vms == 1 ? "1 VM" : $"{vms} VMs")} in it; delete them first. "
                + $"GET /v1/vms?filter=affinityGroup%20%3D%20{group.Id} lists them.");
        }
        session.Db.AffinityGroups.Remove(group);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return Answer.NoContent();
    }, ct);

    private static Answer Ok(AffinityGroup group) => Answer.Ok(AffinityGroupView.Of(group), group.Version);
}
