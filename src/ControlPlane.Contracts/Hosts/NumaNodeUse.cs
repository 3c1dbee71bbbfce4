namespace ControlPlane.Contracts.Hosts;

/// <summary>
/// A NUMA node with what is promised in it: to VMs that asked for nodes or for cores of their own. All others float and count on the
/// host alone. Nodes are over-committed as their host is.
/// </summary>
public sealed record NumaNodeUse
{
    /// <summary>Its number on its host, from zero.</summary>
    public required int Number { get; init; }

    /// <summary>CPUs in it.</summary>
    public required long Vcpu { get; init; }

    /// <summary>Memory in it.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>vCPUs promised.</summary>
    public required long VcpuUsed { get; init; }

    /// <summary>CPUs promised whole, to PINNED VMs; part of <c>vcpuUsed</c>.</summary>
    public required long PinnedCores { get; init; }

    /// <summary>Memory promised.</summary>
    public required long MemoryMiBUsed { get; init; }
}
