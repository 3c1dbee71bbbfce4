namespace ControlPlane.Contracts.Agents;

/// <summary>What an agent discovered of its machine.</summary>
public sealed record HostFacts
{
    public required string MachineName { get; init; }
    public required int Vcpus { get; init; }
    public required long MemoryMiB { get; init; }
    public required long DiskGiB { get; init; }
    public required string CpuModel { get; init; }
    public required IReadOnlyList<string> CpuFlags { get; init; }
    public required IReadOnlyList<NumaNode> NumaNodes { get; init; }

    /// <summary>QEMU's version, such as <c>7.2.22</c>, or null when it is not installed.</summary>
    public string? QemuVersion { get; init; }

    /// <summary>What the storage of its VMs' disks is called, where other hosts have it too; null when it is the host's own.</summary>
    public string? SharedDisks { get; init; }

    public required string KernelVersion { get; init; }
    public required IReadOnlyList<EngineFacts> Engines { get; init; }
}
