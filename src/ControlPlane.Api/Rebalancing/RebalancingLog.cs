using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;

namespace ControlPlane.Api.Rebalancing;

internal static partial class RebalancingLog
{
    [LoggerMessage(5301, LogLevel.Information,
        "Plan for pool {PoolId} {Goal}: {Moves} moves, score {Before} to {After}, made in {Milliseconds} ms")]
    internal static partial void Planned(
        ILogger logger, PoolId poolId, RebalanceGoal goal, int moves, double before, double after, long milliseconds);
}
