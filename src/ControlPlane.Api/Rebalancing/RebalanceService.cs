using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing;

/// <summary>Reads, keeps and removes plans.</summary>
public sealed class RebalanceService(Store store, Mutations mutations, RebalancePlanning planning)
{
    private const int MostPlansPerPool = 100;

    /// <summary>A page of a pool's plans, without their moves.</summary>
    public async Task<Answer> ListAsync(string poolText, RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        return await ListQuery.PageAsync(
            db.RebalancePlans.Where(row => row.Pool == pool.Id), RebalancePlanFields.All, list, RebalancePlanView.Summary, ct);
    }

    /// <summary>One of them, held against the fleet as it is now.</summary>
    public async Task<Answer> GetAsync(string poolText, string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        if (await Named.PlanAsync(db, pool, text) is not { } row) { return Problem.NotFound("rebalance plan", text); }
        var fleet = store.Fleet;
        var obstacle = await planning.FirstObstacleAsync(db, pool, row, fleet, ct);
        return Answer.Ok(RebalancePlanView.Of(row, obstacle, await NamesAsync(db, row, ct), fleet), RebalancePlanView.Version);
    }

    /// <summary>Makes one, outside the lane, and keeps it.</summary>
    public async Task<Answer> CreateAsync(string poolText, CreateRebalancePlan wanted, RequestTerms terms, CancellationToken ct)
    {
        var planned = await planning.PlanAsync(poolText, wanted, terms.Project, ct);
        if (!planned.IsValue) { return planned.Problem; }
        return await mutations.RunAsync(terms, session => KeepAsync(session, poolText, planned.Value), ct);
    }

    /// <summary>Removes one.</summary>
    public Task<Answer> DeleteAsync(string poolText, string text, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            if (await Named.PoolAsync(session.Db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
            if (await Named.PlanAsync(session.Db, pool, text) is not { } row) { return Problem.NotFound("rebalance plan", text); }
            if (terms.Stale(RebalancePlanView.Version) is { } stale) { return stale; }
            session.Db.RebalancePlans.Remove(row);
            await session.Db.SaveChangesAsync(CancellationToken.None);
            return Answer.NoContent();
        }, ct);

    // The pool may have gone while the plan was made. The oldest of many plans makes room for the newest.
    private static async Task<Answer> KeepAsync(StoreSession session, string poolText, RebalancePlanRow row)
    {
        if (!await session.Db.Pools.AnyAsync(pool => pool.Id == row.Pool)) { return Problem.NotFound("pool", poolText); }
        var surplus = await session.Db.RebalancePlans.Where(kept => kept.Pool == row.Pool).OrderByDescending(kept => kept.Id)
            .Skip(MostPlansPerPool - 1).ToListAsync();
        session.Db.RebalancePlans.RemoveRange(surplus);
        (row.Id, row.CreateTime) = (new(Guid.CreateVersion7(session.Now)), session.Now);
        session.Db.RebalancePlans.Add(row);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        var names = await NamesAsync(session.Db, row, CancellationToken.None);
        return Answer.Created(
            RebalancePlanView.PathOf(row.Pool, row.Id), RebalancePlanView.Of(row, null, names, session.Fleet), RebalancePlanView.Version);
    }

    private static async Task<IReadOnlyDictionary<VmId, string>> NamesAsync(StoreContext db, RebalancePlanRow row, CancellationToken ct)
    {
        List<VmId> ids =
        [
            .. row.Plan.Moves.Select(move => move.Vm), .. row.Skipped.Select(skip => skip.Vm), .. row.Plan.Stuck.Select(stuck => stuck.Vm),
        ];
        return await db.Vms.Where(vm => ids.Contains(vm.Id)).Select(vm => new { vm.Id, vm.Name })
            .ToDictionaryAsync(vm => vm.Id, vm => vm.Name.ToString(), ct);
    }
}
