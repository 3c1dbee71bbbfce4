using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Pools;

/// <summary>How much of one class a pool may promise, and how much it has. capacity = limit × over-commit.</summary>
public sealed class PoolLimit
{
    private PoolLimit() { }

    internal PoolLimit(ResourceClass resource, long? limit, Overcommit overcommit) =>
        (Resource, Limit, Overcommit) = (resource, limit, overcommit);

    /// <summary>The class.</summary>
    public ResourceClass Resource { get; private set; }

    /// <summary>The most, before over-commitment; null for no limit of its own.</summary>
    public long? Limit { get; private set; }

    /// <summary>How often the limit may be promised.</summary>
    public Overcommit Overcommit { get; private set; }

    /// <summary>How much is promised, in this pool and those below it.</summary>
    public long Used { get; private set; }

    /// <summary>The most that may be promised; null when unbounded.</summary>
    public long? Capacity => Limit is { } limit ? Overcommit.Of(limit) : null;

    /// <summary>What may still be promised.</summary>
    public long Free => Capacity is { } capacity ? capacity - Used : long.MaxValue;

    internal PoolLimit Copy() => (PoolLimit)MemberwiseClone();

    internal void Take(long amount)
    {
        Used += amount;
        Invariant.Check(Capacity is not { } capacity || Used <= capacity, $"{Resource} over the pool's limit");
    }

    internal void Give(long amount)
    {
        Used -= amount;
        Invariant.Check(Used >= 0, $"{Resource} of the pool below zero");
    }

    internal void Set(long? limit, Overcommit overcommit) => (Limit, Overcommit) = (limit, overcommit);
}
