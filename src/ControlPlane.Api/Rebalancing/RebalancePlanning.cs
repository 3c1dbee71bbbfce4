using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Placements;
using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing;

/// <summary>
/// Makes plans on the committed fleet, and holds them against a later one. One plan is made at a time: it may take seconds.
/// </summary>
public sealed class RebalancePlanning(Store store, TimeProvider time, ILogger<RebalancePlanning> logger)
{
    private const int MostVms = 20_000;
    private const int ReadAttempts = 3;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim turn = new(1);

    /// <summary>A plan for a pool and the pools in it, not kept yet; or why there is none.</summary>
    internal async Task<Parsed<RebalancePlanRow>> PlanAsync(
        string poolText, CreateRebalancePlan wanted, string project, CancellationToken ct)
    {
        await using var db = store.Read(project);
        if (await Named.PoolAsync(db, poolText) is not { } pool) { return Problem.NotFound("pool", poolText); }
        var family = await PoolFamily.OfAsync(db, pool, ct);
        if (await RefuseAsync(db, family, ct) is { } problem) { return problem; }
        if (!await turn.WaitAsync(patience, ct))
        {
            return new Problem(ProblemCode.Unavailable, "Other rebalance plans are being made, one at a time; ask again later.");
        }
        try
        {
            var (revision, fleet, vms) = await ReadAsync(db, family, ct);
            return Parsed<RebalancePlanRow>.Of(Plan(family, vms, revision, fleet, wanted));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What stands in a plan's way on the present fleet, or null.</summary>
    internal async Task<string?> FirstObstacleAsync(
        StoreContext db, Pool pool, RebalancePlanRow row, FleetSnapshot fleet, CancellationToken ct)
    {
        var family = await PoolFamily.OfAsync(db, pool, ct);
        var vms = await StandingVms.ReadAsync(db, family, fleet, [.. row.Plan.Moves.Select(move => move.Vm)], ct);
        return PlanReplay.FirstObstacle(TaskOf(family, vms, fleet, row.Goal, row.Limits), row.Plan.Moves);
    }

    /// <summary>What stands in the way of one of its moves in this turn of the lane, as a sentence; or null.</summary>
    internal static async Task<string?> ObstacleAsync(StoreSession session, Pool pool, Move move)
    {
        var family = await PoolFamily.OfAsync(session.Db, pool, CancellationToken.None);
        var vms = await StandingVms.ReadAsync(session.Db, family, session.Fleet, [move.Vm], CancellationToken.None);
        if (vms.Skipped is [{ Message: var why }, ..]) { return why; }
        return PlanReplay.Obstacle(TaskOf(family, vms, session.Fleet, default, new(1, 0, null)), move) is { } obstacle
            ? $"{char.ToUpperInvariant(obstacle[0])}{obstacle[1..]}." : null;
    }

    private static async Task<Problem?> RefuseAsync(StoreContext db, PoolFamily family, CancellationToken ct)
    {
        var pools = family.Pools.Select(pool => pool.Id).ToList();
        var count = await db.Vms.CountAsync(vm => pools.Contains(vm.Pool), ct);
        return count <= MostVms ? null : new Problem(ProblemCode.InvalidState,
            $"Pool '{family.Pools[0].Name}' has {count} VMs with the pools in it, and a plan looks at {MostVms} at the most; "
            + "make plans for the pools in it, one by one.");
    }

    // The fleet is in memory and the VMs are in the store: read again when the fleet changed meanwhile. A fleet that never stands still is
    // planned for as it was seen last; the plan is advice, and every move of it is checked again when it is read.
    private async Task<(long Revision, FleetSnapshot Fleet, StandingVms Vms)> ReadAsync(
        StoreContext db, PoolFamily family, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (revision, fleet) = (store.Revision, store.Fleet);
            var vms = await StandingVms.ReadAsync(db, family, fleet, null, ct);
            if (ReferenceEquals(fleet, store.Fleet) || attempt == ReadAttempts) { return (revision, fleet, vms); }
        }
    }

    private RebalancePlanRow Plan(PoolFamily family, StandingVms vms, long revision, FleetSnapshot fleet, CreateRebalancePlan wanted)
    {
        var goal = Words.Parse<RebalanceGoal>(wanted.Goal);
        var limits = new RebalanceLimits(wanted.MaxMoves, wanted.MinGain, wanted.MaxCostMiB);
        var start = time.GetTimestamp();
        var plan = Rebalancer.Plan(TaskOf(family, vms, fleet, goal, limits));
        var took = (long)time.GetElapsedTime(start).TotalMilliseconds;
        var pool = family.Pools[0];
        RebalancingLog.Planned(logger, pool.Id, goal, plan.Moves.Count, plan.Before.Score(goal), plan.After.Score(goal), took);
        return new()
        {
            Project = pool.Project, Pool = pool.Id, Goal = goal, Limits = limits, Plan = plan,
            Skipped = RebalancePlanView.Shown(vms.Skipped), SkippedCount = vms.Skipped.Count,
            Revision = revision, PlanningMilliseconds = took,
        };
    }

    private static RebalanceTask TaskOf(
        PoolFamily family, StandingVms vms, FleetSnapshot fleet, RebalanceGoal goal, RebalanceLimits limits) =>
        new(fleet, vms.Movable, PlacementService.Selectors(family.Chains[family.Pools[0].Id]), goal, limits);
}
