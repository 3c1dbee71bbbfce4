namespace ControlPlane.Contracts.Hosts;

/// <summary>What an agent found out about its machine.</summary>
public sealed record HostDiscovered
{
    /// <summary>The machine’s own name.</summary>
    public required string MachineName { get; init; }

    /// <summary>Such as <c>AMD EPYC 7763</c>.</summary>
    public required string CpuModel { get; init; }

    /// <summary>The CPU’s feature words.</summary>
    public required IReadOnlyList<string> CpuFlags { get; init; }

    /// <summary>NUMA nodes.</summary>
    public required IReadOnlyList<HostNumaNode> NumaNodes { get; init; }

    /// <summary>QEMU’s version, or null when it is not installed.</summary>
    public required string? QemuVersion { get; init; }

    /// <summary>The kernel’s version.</summary>
    public required string KernelVersion { get; init; }
}
