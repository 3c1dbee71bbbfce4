namespace ControlPlane.Core.Scheduling;

/// <summary>How the hosts that fit are ranked.</summary>
public enum PlacementAlgorithm
{
    /// <summary>The first by id: the oldest host.</summary>
    FirstFit,

    /// <summary>The fullest afterwards: packs.</summary>
    BestFit,

    /// <summary>The emptiest afterwards: spreads.</summary>
    WorstFit,

    /// <summary>Empty, and evenly used between its classes.</summary>
    Balanced,

    /// <summary>By chance, repeatable from the seed.</summary>
    Random,
}
