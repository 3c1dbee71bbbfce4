namespace ControlPlane.Contracts.Pools;

/// <summary>Gives part of an allocation back.</summary>
public sealed record ReleaseResources
{
    /// <summary>By class: what to give back; all that is held of every class ends the allocation.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }
}
