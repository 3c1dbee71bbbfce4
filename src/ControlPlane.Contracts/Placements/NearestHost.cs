namespace ControlPlane.Contracts.Placements;

/// <summary>A host that nearly fits.</summary>
public sealed record NearestHost
{
    /// <summary>Its id.</summary>
    public required string Host { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The checks that failed: with these otherwise it would fit.</summary>
    public required IReadOnlyList<PlacementCheck> Lacks { get; init; }

    /// <summary>The least that would have to be otherwise: done all together, it fits.</summary>
    public required IReadOnlyList<PlacementChange> Changes { get; init; }

    /// <summary>The same as a sentence.</summary>
    public required string Sentence { get; init; }
}
