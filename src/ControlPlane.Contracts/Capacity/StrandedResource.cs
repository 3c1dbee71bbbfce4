namespace ControlPlane.Contracts.Capacity;

/// <summary>Room of a class that no shape can use.</summary>
public sealed record StrandedResource
{
    /// <summary>What is free on ready hosts that the pool may use.</summary>
    public required long Free { get; init; }

    /// <summary>What of that is left when those hosts are filled with the shapes, the largest first.</summary>
    public required long Stranded { get; init; }

    /// <summary>Stranded as a share of free; 0 when nothing is free.</summary>
    public required double Share { get; init; }
}
