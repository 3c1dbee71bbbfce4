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

    /// <summary>How much of that is taken whole, outside of over-commitment: cores of one VM alone. Only of a host's own vCPUs.</summary>
    public long Exclusive { get; private set; }

    /// <summary>The most that may be promised; null when unbounded.</summary>
    public long? Capacity => Total is { } total ? CapacityOf(total, Reserved, Overcommit) : null;

    /// <summary>What may still be promised.</summary>
    public long Free => Total is { } total ? CoreRoom.FreeVcpus(total - Reserved, Overcommit, Used, Exclusive) : long.MaxValue;

    /// <summary>What is not free of the capacity: what is promised, and what over-commitment loses by what is taken whole.</summary>
    internal long Taken => Capacity is { } capacity ? capacity - Free : Used;

    private static InventoryScope ScopeOf(EngineKind? engine) => engine is not { } kind ? InventoryScope.Host : kind switch
    {
        EngineKind.Hardware => InventoryScope.Hardware,
        EngineKind.Software => InventoryScope.Software,
    };

    internal Inventory Copy() => (Inventory)MemberwiseClone();

    internal void Take(long amount, bool whole = false)
    {
        Used += amount;
        if (whole) { Exclusive += amount; }
        Invariant.Check(Free >= 0, $"{Resource} over capacity");
    }

    internal void Give(long amount, bool whole = false)
    {
        Used -= amount;
        if (whole) { Exclusive -= amount; }
        Invariant.Check(Used >= 0 && Exclusive >= 0, $"{Resource} below zero");
    }

    /// <summary>Whether what is promised would fit other terms.</summary>
    internal bool Holds(long total, long reserved, Overcommit overcommit) =>
        CoreRoom.FreeVcpus(total - reserved, overcommit, Used, Exclusive) >= 0 && Exclusive <= total - reserved;

    internal void Resize(long? total, long reserved, Overcommit overcommit)
    {
        (Total, Reserved, Overcommit) = (total, reserved, overcommit);
        Invariant.Check(Free >= 0, $"{Resource} over its new capacity");
    }

    // Over-commitment may promise more than a vector can hold; what is promised is summed in vectors.
    internal static long CapacityOf(long total, long reserved, Overcommit overcommit) =>
        Math.Min(overcommit.Of(total - reserved), ResourceVector.MaxAmount);
}
