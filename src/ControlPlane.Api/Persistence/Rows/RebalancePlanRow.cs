using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A kept plan of moves. It never changes; whether it can still be followed is asked when it is read.</summary>
public sealed class RebalancePlanRow
{
    public RebalancePlanId Id { get; set; }
    public required string Project { get; set; }
    public PoolId Pool { get; set; }
    public RebalanceGoal Goal { get; set; }
    public required RebalanceLimits Limits { get; set; }
    public required RebalancePlan Plan { get; set; }

    /// <summary>VMs that were left out before planning, at most as many as are shown.</summary>
    public required IReadOnlyList<SkippedVm> Skipped { get; set; }

    /// <summary>How many there were.</summary>
    public int SkippedCount { get; set; }

    /// <summary>The revision of the fleet it saw.</summary>
    public long Revision { get; set; }

    public long PlanningMilliseconds { get; set; }
    public DateTimeOffset CreateTime { get; set; }
}
