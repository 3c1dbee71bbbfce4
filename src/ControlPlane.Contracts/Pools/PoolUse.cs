namespace ControlPlane.Contracts.Pools;

/// <summary>One class of a pool.</summary>
public sealed record PoolUse
{
    /// <summary>The most, or null for no limit.</summary>
    public required long? Limit { get; init; }

    /// <summary>How often the limit may be promised.</summary>
    public required double Overcommit { get; init; }

    /// <summary>What is promised, in this pool and those below.</summary>
    public required long Used { get; init; }
}
