using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>Asks for a plan of moves of a pool’s VMs.</summary>
public sealed record CreateRebalancePlan
{
    /// <summary>
    /// BALANCE: even use. CONSOLIDATE: empty hosts. REPAIR: only VMs that stand where the rules would not put them any more.
    /// </summary>
    [AllowedValues("BALANCE", "CONSOLIDATE", "REPAIR")]
    public required string Goal { get; init; }

    /// <summary>The most moves; 1 to 1000.</summary>
    public int MaxMoves { get; init; } = 100;

    /// <summary>The least that each move must take off the score; 0 for anything that improves it.</summary>
    public double MinGain { get; init; }

    /// <summary>The most that all moves together may copy, in MiB; null for no limit.</summary>
    public long? MaxCostMiB { get; init; }
}
