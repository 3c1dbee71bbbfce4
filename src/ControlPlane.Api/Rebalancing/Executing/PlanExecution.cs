using ControlPlane.Contracts.Rebalancing;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>
/// A plan on its way. It is kept in its operation with the moves, so that it does not matter what becomes of the plan.
/// </summary>
public sealed class PlanExecution
{
    private const string Prefix = "pools/";

    /// <summary>As it was asked for.</summary>
    public required ExecuteRebalancePlan Wanted { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The moves, in the plan's order.</summary>
    public required List<PlannedMove> Moves { get; init; }

    /// <summary>Until when the next one waits; null for not at all.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>How many are at work.</summary>
    public int AtWork => Moves.Count(move => move.State == PlannedMoveState.Moving);

    /// <summary>The first that has not begun; they begin in order, none before one that waits. -1 when there is none.</summary>
    public int Next => Moves.FindIndex(move => move.State == PlannedMoveState.Waiting);

    /// <summary>The move that lets no other begin; null while there is none.</summary>
    public PlannedMove? StoppedBy => Words.Parse<OnStale>(Wanted.OnStale) switch
    {
        OnStale.Stop => Moves.Find(move => move.State == PlannedMoveState.Left),
        OnStale.Skip => null,
    };

    /// <summary>The execution that an operation is, or null.</summary>
    internal static PlanExecution? Of(Operation operation) =>
        operation is { Kind: OperationKind.ExecuteRebalancePlan, Arguments: { } arguments }
            ? Persistence.StoreJson.Read<PlanExecution>(arguments) : null;

    /// <summary>What the executions of a pool's plans are about begins so.</summary>
    internal static string TargetsOf(PoolId pool) => $"{Prefix}{pool}/rebalance-plans/";

    /// <summary>What the execution of a plan is about.</summary>
    internal static string TargetOf(PoolId pool, RebalancePlanId plan) => TargetsOf(pool) + plan;

    /// <summary>The pool that an execution is about.</summary>
    internal static PoolId PoolOf(Operation operation) => PoolId.Parse(operation.Target.Split('/')[1]);

    /// <summary>Whether another may begin now.</summary>
    internal bool MayBegin(DateTimeOffset now) =>
        StoppedBy is null && Next >= 0 && AtWork < Wanted.Parallelism && !(NotBefore > now);
}
