namespace ControlPlane.Core.Rebalancing;

/// <summary>Moves in order, each possible when its turn comes, and what they come to.</summary>
/// <param name="Moves">In order.</param>
/// <param name="Before">How the VMs stand.</param>
/// <param name="After">How they would stand.</param>
/// <param name="Stop">Why it ends there.</param>
/// <param name="Stuck">VMs that should move and cannot.</param>
public sealed record RebalancePlan(
    IReadOnlyList<Move> Moves, FleetMeasure Before, FleetMeasure After, RebalanceStop Stop, IReadOnlyList<StuckVm> Stuck);
