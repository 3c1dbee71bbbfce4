namespace ControlPlane.Contracts.Hosts;

/// <summary>What an owner says of one class of a host. A bare number stands for its total.</summary>
public sealed record CapacityTerms
{
    /// <summary>What the host has.</summary>
    public required long Total { get; init; }

    /// <summary>What is never promised.</summary>
    public long Reserved { get; init; }

    /// <summary>How often the rest may be promised: 0.001 to 1000, in thousandths.</summary>
    public double Overcommit { get; init; } = 1.0;
}
