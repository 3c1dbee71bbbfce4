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
}
