using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing;

/// <summary>What a plan is made from.</summary>
/// <param name="Fleet">The hosts at one moment, with all that is promised.</param>
/// <param name="Vms">The VMs that may move, and no others.</param>
/// <param name="Selectors">Which hosts the plan looks at: those that every one of these admits and that are heard of.</param>
/// <param name="Goal">What to improve.</param>
/// <param name="Limits">When to stop.</param>
public sealed record RebalanceTask(
    FleetSnapshot Fleet, IReadOnlyList<Movable> Vms, IReadOnlyList<HostSelector> Selectors, RebalanceGoal Goal, RebalanceLimits Limits);
