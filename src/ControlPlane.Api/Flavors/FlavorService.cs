using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Flavors;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Flavors;

/// <summary>Makes flavors, changes them, removes them. VMs keep what they took from one.</summary>
public sealed class FlavorService(Store store, Mutations mutations)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.Flavors, FlavorFields.All, list, FlavorView.Of, ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await Named.FlavorAsync(db, text) is { } flavor ? Ok(flavor) : Problem.NotFound("flavor", text);
    }

    /// <summary>Makes one.</summary>
    public Task<Answer> CreateAsync(CreateFlavor wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var name = ResourceName.Parse(wanted.Name);
            if (await session.Db.Flavors.AnyAsync(row => row.Name == name))
            {
                return new Problem(ProblemCode.AlreadyExists, $"There is a flavor '{name}' already; take another name, or PATCH it.");
            }
            var flavor = new Flavor(new(Guid.CreateVersion7(session.Now)), terms.Project, name, session.Now);
            Set(flavor, FlavorView.Patchable(wanted));
            session.Db.Flavors.Add(flavor);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.Created(FlavorView.PathOf(flavor.Id), FlavorView.Of(flavor), flavor.Version);
        }, ct);

    /// <summary>Changes what the patch speaks of.</summary>
    public Task<Answer> PatchAsync(string text, Patch<PatchableFlavor> patch, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.FlavorAsync(session.Db, text) is not { } flavor) { return Problem.NotFound("flavor", text); }
            if (terms.Stale(flavor.Version) is { } stale) { return stale; }
            if (!patch.TryApply(FlavorView.Patchable(flavor), out var wanted, out var problem)) { return problem; }
            Set(flavor, wanted);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Ok(flavor);
        }, ct);

    /// <summary>Removes one.</summary>
    public Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.FlavorAsync(session.Db, text) is not { } flavor) { return Problem.NotFound("flavor", text); }
        if (terms.Stale(flavor.Version) is { } stale) { return stale; }
        session.Db.Flavors.Remove(flavor);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return Answer.NoContent();
    }, ct);

    private static void Set(Flavor flavor, PatchableFlavor wanted)
    {
        (flavor.Vcpus, flavor.MemoryMiB, flavor.DiskGiB) = (wanted.Vcpus, wanted.MemoryMiB, wanted.DiskGiB);
        flavor.ExtraResources = ResourceVector.Of(
            wanted.ExtraResources.Select(pair => KeyValuePair.Create(ResourceClass.Parse(pair.Key), pair.Value)));
        flavor.Engine = wanted.Engine is { } engine ? Words.Parse<EngineChoice>(engine) : null;
        flavor.Isolation = wanted.Isolation is { } isolation ? Words.Parse<IsolationLevel>(isolation.Level) : null;
        flavor.Labels = wanted.Labels;
    }

    private static Answer Ok(Flavor flavor) => Answer.Ok(FlavorView.Of(flavor), flavor.Version);
}
