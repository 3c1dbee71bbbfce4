namespace ControlPlane.Core.Rebalancing;

/// <summary>When a plan stops.</summary>
/// <param name="MaxMoves">The most moves; 1 or more.</param>
/// <param name="MinGain">The least that a move must take off the score; 0 for anything that improves it.</param>
/// <param name="MaxCostMiB">The most that all moves together may copy, in MiB; null for no limit.</param>
public sealed record RebalanceLimits(int MaxMoves, double MinGain, long? MaxCostMiB);
