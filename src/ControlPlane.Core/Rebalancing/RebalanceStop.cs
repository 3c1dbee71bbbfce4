namespace ControlPlane.Core.Rebalancing;

/// <summary>Why a plan ends where it does.</summary>
public enum RebalanceStop
{
    /// <summary>No further move would improve the score.</summary>
    NoBetterMove,

    /// <summary>It has as many moves as it may have.</summary>
    MaxMoves,

    /// <summary>Every further move would cost more than is left to spend.</summary>
    MaxCost,

    /// <summary>Every further move would gain less than is wanted.</summary>
    MinGain,
}
