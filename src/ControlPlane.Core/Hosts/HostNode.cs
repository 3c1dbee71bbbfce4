using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>
/// A NUMA node of a host: what it has, and what is promised to those who asked for nodes or for cores of their own. All others float:
/// they are counted by the host alone. Kept as part of its host, and bounded besides it.
/// </summary>
public sealed class HostNode
{
    /// <summary>The most nodes of one host.</summary>
    public const int MaxNodes = 64;

    private HostNode() { }

    internal HostNode(int number) => (Number, CpuOvercommit, MemoryOvercommit) = (number, Overcommit.None, Overcommit.None);

    /// <summary>Its number on its host, from zero.</summary>
    public int Number { get; private set; }

    /// <summary>CPUs in it.</summary>
    public long Cores { get; private set; }

    /// <summary>How often they may be promised: the host's ratio.</summary>
    public Overcommit CpuOvercommit { get; private set; }

    /// <summary>vCPUs promised, those with cores of their own among them.</summary>
    public long UsedVcpus { get; private set; }

    /// <summary>Cores promised whole.</summary>
    public long PinnedCores { get; private set; }

    /// <summary>Memory in it.</summary>
    public long MemoryMiB { get; private set; }

    /// <summary>How often it may be promised: the host's ratio.</summary>
    public Overcommit MemoryOvercommit { get; private set; }

    /// <summary>Memory promised.</summary>
    public long UsedMemoryMiB { get; private set; }

    internal HostNode Copy() => (HostNode)MemberwiseClone();

    internal NodeSnapshot Seen() => new()
    {
        Number = Number, Cores = Cores, Vcpus = Inventory.CapacityOf(Cores, 0, CpuOvercommit),
        MemoryMiB = Inventory.CapacityOf(MemoryMiB, 0, MemoryOvercommit),
        FreeCores = CoreRoom.FreeCores(Cores, CpuOvercommit, UsedVcpus, PinnedCores),
        FreeVcpus = CoreRoom.FreeVcpus(Cores, CpuOvercommit, UsedVcpus, PinnedCores),
        FreeMemoryMiB = Inventory.CapacityOf(MemoryMiB, 0, MemoryOvercommit) - UsedMemoryMiB,
    };

    /// <summary>Moves what is promised; below zero is given back.</summary>
    internal void Move(long vcpus, long memoryMiB, bool pinned)
    {
        UsedVcpus += vcpus;
        UsedMemoryMiB += memoryMiB;
        if (pinned) { PinnedCores += vcpus; }
        Invariant.Check(UsedVcpus >= 0 && UsedMemoryMiB >= 0 && PinnedCores >= 0, $"NUMA node {Number} below zero");
        Invariant.Check(Holds(Cores, CpuOvercommit, MemoryMiB, MemoryOvercommit), $"NUMA node {Number} over capacity");
    }

    /// <summary>Whether what is promised would fit a node like this.</summary>
    internal bool Holds(long cores, Overcommit cpu, long memoryMiB, Overcommit memory) =>
        CoreRoom.FreeVcpus(cores, cpu, UsedVcpus, PinnedCores) >= 0 && PinnedCores <= cores
        && Inventory.CapacityOf(memoryMiB, 0, memory) >= UsedMemoryMiB;

    internal void Resize(long cores, Overcommit cpu, long memoryMiB, Overcommit memory) =>
        (Cores, CpuOvercommit, MemoryMiB, MemoryOvercommit) = (cores, cpu, memoryMiB, memory);
}
