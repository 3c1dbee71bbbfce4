using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>
/// What a host has of one class, and how much of it is promised; or, with <see cref="Engine"/> set, what one of its engines may use.
/// capacity = (total − reserved) × over-commit; an engine's entry without a total is only counted, the host's bounds it.
/// </summary>
public sealed class Inventory
{
    private Inventory() { }

    internal Inventory(EngineKind? engine, ResourceClass resource, long? total, long reserved, Overcommit overcommit)
    {
        Scope = ScopeOf(engine);
        Resource = resource;
        Total = total;
        Reserved = reserved;
        Overcommit = overcommit;
    }

    /// <summary>Whose share this is.</summary>
    public InventoryScope Scope { get; private set; }

    /// <summary>The engine whose share this is; null for the host's own.</summary>
    public EngineKind? Engine => Scope switch
    {
        InventoryScope.Host => null,
        InventoryScope.Hardware => EngineKind.Hardware,
        InventoryScope.Software => EngineKind.Software,
    };

    /// <summary>The class.</summary>
    public ResourceClass Resource { get; private set; }

    /// <summary>How much there is; null where nothing but the host bounds it.</summary>
    public long? Total { get; private set; }

    /// <summary>How much of it is never promised.</summary>
    public long Reserved { get; private set; }

    /// <summary>How often the rest may be promised.</summary>
    public Overcommit Overcommit { get; private set; }

    /// <summary>How much is promised.</summary>
    public long Used { get; private set; }

    /// <summary>The most that may be promised; null when unbounded.</summary>
    public long? Capacity => Total is { } total ? CapacityOf(total, Reserved, Overcommit) : null;

    /// <summary>What may still be promised.</summary>
    public long Free => Capacity is { } capacity ? capacity - Used : long.MaxValue;

    private static InventoryScope ScopeOf(EngineKind? engine) => engine is not { } kind ? InventoryScope.Host : kind switch
    {
        EngineKind.Hardware => InventoryScope.Hardware,
        EngineKind.Software => InventoryScope.Software,
    };

    internal void Take(long amount)
    {
        Used += amount;
        Invariant.Check(Capacity is not { } capacity || Used <= capacity, $"{Resource} over capacity");
    }

    internal void Give(long amount)
    {
        Used -= amount;
        Invariant.Check(Used >= 0, $"{Resource} below zero");
    }

    internal void Resize(long? total, long reserved, Overcommit overcommit)
    {
        (Total, Reserved, Overcommit) = (total, reserved, overcommit);
        Invariant.Check(Capacity is not { } capacity || Used <= capacity, $"{Resource} over its new capacity");
    }

    // Over-commitment may promise more than a vector can hold; what is promised is summed in vectors.
    internal static long CapacityOf(long total, long reserved, Overcommit overcommit) =>
        Math.Min(overcommit.Of(total - reserved), ResourceVector.MaxAmount);
}
