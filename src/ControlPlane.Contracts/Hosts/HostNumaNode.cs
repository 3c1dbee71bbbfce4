namespace ControlPlane.Contracts.Hosts;

/// <summary>A NUMA node.</summary>
public sealed record HostNumaNode
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>CPUs in it.</summary>
    public required int Cpus { get; init; }

    /// <summary>Memory in it.</summary>
    public required long MemoryMiB { get; init; }
}
