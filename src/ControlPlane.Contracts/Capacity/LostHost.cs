namespace ControlPlane.Contracts.Capacity;

/// <summary>A host that is counted as lost.</summary>
public sealed record LostHost
{
    /// <summary>Its id.</summary>
    public required string Host { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}
