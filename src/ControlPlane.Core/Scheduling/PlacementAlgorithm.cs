namespace ControlPlane.Core.Scheduling;

/// <summary>How the hosts that fit are ranked.</summary>
public enum PlacementAlgorithm
{
    /// <summary>The first by id: the oldest host.</summary>
    FirstFit,

    /// <summary>The fullest afterwards, for its own size: packs.</summary>
    BestFit,

    /// <summary>The emptiest afterwards: spreads.</summary>
    WorstFit,

    /// <summary>Packs, and keeps the free shape of hosts usable: no memory left without CPU, nor the reverse.</summary>
    Balanced,

    /// <summary>By chance, repeatable from the seed.</summary>
    Random,
}
