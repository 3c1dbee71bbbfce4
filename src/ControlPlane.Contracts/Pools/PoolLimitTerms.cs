namespace ControlPlane.Contracts.Pools;

/// <summary>A pool’s limit of one class. A bare number stands for its limit.</summary>
public sealed record PoolLimitTerms
{
    /// <summary>The most, or null for no limit.</summary>
    public long? Limit { get; init; }

    /// <summary>How often the limit may be promised.</summary>
    public double Overcommit { get; init; } = 1.0;
}
