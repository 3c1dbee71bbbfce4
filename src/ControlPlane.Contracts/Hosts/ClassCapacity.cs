namespace ControlPlane.Contracts.Hosts;

/// <summary>What a host has of one class: capacity = (total − reserved) × overcommit.</summary>
public sealed record ClassCapacity
{
    /// <summary>What the host has.</summary>
    public required long Total { get; init; }

    /// <summary>What is never promised.</summary>
    public long Reserved { get; init; }

    /// <summary>How often the rest may be promised.</summary>
    public double Overcommit { get; init; } = 1.0;

    /// <summary>What is promised.</summary>
    public long Used { get; init; }
}
