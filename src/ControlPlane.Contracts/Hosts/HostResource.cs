using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Hosts;

/// <summary>A machine that runs VMs.</summary>
public sealed record HostResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the fleet.</summary>
    public required string Name { get; init; }

    /// <summary>What runs its VMs.</summary>
    [AllowedValues("QEMU", "SIMULATED")]
    public required string Driver { get; init; }

    /// <summary>Whether it takes VMs.</summary>
    [AllowedValues("ACTIVE", "CORDONED", "DRAINING", "MAINTENANCE", "SUSPECT", "LOST", "FENCED")]
    public required string State { get; init; }

    /// <summary>The failure domain, or null.</summary>
    public required string? Zone { get; init; }

    /// <summary>Free words by key.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What it can do.</summary>
    public required IReadOnlyList<string> Traits { get; init; }

    /// <summary>By class.</summary>
    public required IReadOnlyDictionary<string, ClassCapacity> Capacity { get; init; }

    /// <summary>Cores promised whole, to PINNED VMs. What floats must fit, over-committed, in the others.</summary>
    public required long PinnedCores { get; init; }

    /// <summary>Its NUMA nodes with what is promised in them; empty when they are not known.</summary>
    public required IReadOnlyList<NumaNodeUse> NumaNodes { get; init; }

    /// <summary>What its CPU is to guests that depend on it.</summary>
    public required HostCpu Cpu { get; init; }

    /// <summary>The instruction set of its guests.</summary>
    [AllowedValues("X86_64", "AARCH64")]
    public required string Architecture { get; init; }

    /// <summary>What its guests can boot by: BIOS, UEFI.</summary>
    public required IReadOnlyList<string> Firmwares { get; init; }

    /// <summary>Its engines.</summary>
    public required IReadOnlyList<EngineResource> Engines { get; init; }

    /// <summary>What was discovered of a real host; null for a simulated one.</summary>
    public required HostDiscovered? Discovered { get; init; }

    /// <summary>How a simulated host behaves; null for a real one.</summary>
    public required SimulationSettings? Simulation { get; init; }

    /// <summary>What is known of it.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>When its agent was last heard of.</summary>
    public required DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
