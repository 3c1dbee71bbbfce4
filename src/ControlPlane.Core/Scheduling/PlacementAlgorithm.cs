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

    /// <summary>
    /// VMs that end together sit together, so that hosts empty: where the host is needed the least longer, and of those as
    /// <see cref="Balanced"/>, which is all it is for something of which no lifetime is said.
    /// </summary>
    LifetimeAware,

    /// <summary>By chance, repeatable from the seed.</summary>
    Random,
}
