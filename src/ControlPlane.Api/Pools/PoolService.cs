using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Pools;

/// <summary>Makes pools, changes their limits and policies, removes them.</summary>
public sealed class PoolService(Store store, Mutations mutations)
{
    /// <summary>A page of them.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.Pools, PoolFields.All, list, PoolView.Of, ct);
    }

    /// <summary>One of them.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await Named.PoolAsync(db, text) is { } pool ? Ok(pool) : Problem.NotFound("pool", text);
    }

    /// <summary>Makes one.</summary>
    public Task<Answer> CreateAsync(CreatePool wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var name = ResourceName.Parse(wanted.Name);
            if (await session.Db.Pools.AnyAsync(row => row.Name == name))
            {
                return new Problem(ProblemCode.AlreadyExists, $"There is a pool '{name}' already; take another name.");
            }
            var parent = wanted.Parent is { } within ? await Named.PoolAsync(session.Db, within) : null;
            if (wanted.Parent is not null && parent is null) { return Problem.NotFound("pool", wanted.Parent); }
            if (parent is not null && (await PoolChain.OfAsync(session, parent.Id)).Count >= Pool.MaxDepth)
            {
                return Problem.Validation("parent", $"lies {Pool.MaxDepth} pools deep already, which is the most");
            }
            var pool = new Pool(new(Guid.CreateVersion7(session.Now)), terms.Project, name, parent?.Id, session.Now)
            {
                Selector = Selector(wanted.HostSelector), Labels = wanted.Labels, DefaultAlgorithm = Algorithm(wanted.Policies),
                Preemption = wanted.Policies.Preemption.Allowed,
            };
            if (PoolLimits.Replace(pool, wanted.Limits) is { } refusal) { return refusal; }
            session.Db.Pools.Add(pool);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.Created(PoolView.PathOf(pool.Id), PoolView.Of(pool), pool.Version);
        }, ct);

    /// <summary>Changes what the patch speaks of.</summary>
    public Task<Answer> PatchAsync(string text, Patch<PatchablePool> patch, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.PoolAsync(session.Db, text) is not { } pool) { return Problem.NotFound("pool", text); }
            if (terms.Stale(pool.Version) is { } stale) { return stale; }
            if (!patch.TryApply(PoolView.Patchable(pool), out var wanted, out var problem)) { return problem; }
            if (patch.Touches("limits") && PoolLimits.Replace(pool, wanted.Limits) is { } refusal) { return refusal; }
            if (patch.Touches("hostSelector")) { pool.Selector = Selector(wanted.HostSelector); }
            if (patch.Touches("labels")) { pool.Labels = wanted.Labels; }
            pool.DefaultAlgorithm = Algorithm(wanted.Policies);
            pool.Preemption = wanted.Policies.Preemption.Allowed;
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Ok(pool);
        }, ct);

    /// <summary>Removes one that nothing is in.</summary>
    public Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.PoolAsync(session.Db, text) is not { } pool) { return Problem.NotFound("pool", text); }
        if (terms.Stale(pool.Version) is { } stale) { return stale; }
        if (await PoolUsers.RefuseAsync(session.Db, pool) is { } refusal) { return refusal; }
        await session.Db.RebalancePlans.Where(plan => plan.Pool == pool.Id).ExecuteDeleteAsync(CancellationToken.None);
        session.Db.Pools.Remove(pool);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return Answer.NoContent();
    }, ct);

    private static HostSelector Selector(HostSelectorDocument wanted) => new() { Zone = wanted.Zone, Labels = wanted.Labels };

    private static PlacementAlgorithm Algorithm(PoolPolicies wanted) => Words.Parse<PlacementAlgorithm>(wanted.Algorithm);

    private static Answer Ok(Pool pool) => Answer.Ok(PoolView.Of(pool), pool.Version);
}
