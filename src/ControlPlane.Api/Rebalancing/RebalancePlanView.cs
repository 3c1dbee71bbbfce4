using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Rebalancing;

/// <summary>A plan as the client reads it.</summary>
internal static class RebalancePlanView
{
    /// <summary>A plan never changes.</summary>
    internal const long Version = 1;

    private const int MostSkipsShown = 1_000;

    internal static string PathOf(PoolId pool, RebalancePlanId id) => $"/v1/pools/{pool}/rebalance-plans/{id}";

    internal static RebalancePlanSummary Summary(RebalancePlanRow row) => new()
    {
        Id = row.Id.ToString(),
        Pool = row.Pool.ToString(),
        Goal = Words.Of(row.Goal),
        MoveCount = row.Plan.Moves.Count,
        CostMiB = row.Plan.Moves.Sum(move => move.Cost.TotalMiB),
        ScoreBefore = row.Plan.Before.Score(row.Goal),
        ScoreAfter = row.Plan.After.Score(row.Goal),
        Revision = row.Revision,
        CreateTime = row.CreateTime,
    };

    internal static RebalancePlanResource Of(
        RebalancePlanRow row, string? obstacle, IReadOnlyDictionary<VmId, string> names, FleetSnapshot fleet) => new()
    {
        Id = row.Id.ToString(),
        Project = row.Project,
        Pool = row.Pool.ToString(),
        Goal = Words.Of(row.Goal),
        MaxMoves = row.Limits.MaxMoves,
        MinGain = row.Limits.MinGain,
        MaxCostMiB = row.Limits.MaxCostMiB,
        StoppedBy = Words.Of(row.Plan.Stop),
        ScoreBefore = row.Plan.Before.Score(row.Goal),
        ScoreAfter = row.Plan.After.Score(row.Goal),
        Before = Of(row.Plan.Before),
        After = Of(row.Plan.After),
        CostMiB = row.Plan.Moves.Sum(move => move.Cost.TotalMiB),
        Moves = [.. row.Plan.Moves.Select(move => Of(move, names, fleet))],
        Skipped = [.. row.Skipped.Concat(row.Plan.Stuck.Select(Stuck)).Take(MostSkipsShown).Select(skip => Of(skip, names))],
        SkippedCount = row.SkippedCount + row.Plan.Stuck.Count,
        Revision = row.Revision,
        Stale = obstacle is not null,
        StaleReason = obstacle,
        PlanningMilliseconds = row.PlanningMilliseconds,
        Etag = Answers.Etag(Version),
        CreateTime = row.CreateTime,
    };

    /// <summary>As many as are shown, so that no more are kept.</summary>
    internal static IReadOnlyList<SkippedVm> Shown(IReadOnlyList<SkippedVm> skipped) => [.. skipped.Take(MostSkipsShown)];

    private static SkippedVm Stuck(StuckVm stuck) => new(stuck.Vm, "NO_TARGET", $"It {stuck.Why}.");

    private static RebalanceMeasure Of(FleetMeasure measure) => new()
    {
        Imbalance = measure.Imbalance, HostsInUse = measure.HostsInUse, StrandedShare = measure.StrandedShare,
        BrokenRules = measure.BrokenRules,
    };

    private static RebalanceMove Of(Move move, IReadOnlyDictionary<VmId, string> names, FleetSnapshot fleet) => new()
    {
        Vm = move.Vm.ToString(),
        VmName = names.GetValueOrDefault(move.Vm),
        FromHost = move.From.ToString(),
        FromHostName = fleet.Find(move.From)?.Name,
        ToHost = move.To.ToString(),
        ToHostName = fleet.Find(move.To)?.Name,
        Engine = Words.Of(move.Engine),
        Resources = move.Resources.ToDictionary(amount => amount.Key.ToString(), amount => amount.Value),
        Cost = new() { MemoryMiB = move.Cost.MemoryMiB, DiskMiB = move.Cost.DiskMiB, TotalMiB = move.Cost.TotalMiB },
        Gain = move.Gain,
        Repairs = move.Repairs,
    };

    private static RebalanceSkip Of(SkippedVm skip, IReadOnlyDictionary<VmId, string> names) => new()
    {
        Vm = skip.Vm.ToString(), VmName = names.GetValueOrDefault(skip.Vm), Reason = skip.Reason, Message = skip.Message,
    };
}
