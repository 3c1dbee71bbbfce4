using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Hosts;

/// <summary>Registers a simulated host.</summary>
public sealed record CreateHost
{
    /// <summary>A DNS label, unique in the fleet.</summary>
    public required string Name { get; init; }

    /// <summary>SIMULATED: real hosts register themselves.</summary>
    [AllowedValues("SIMULATED")]
    public required string Driver { get; init; }

    /// <summary>The failure domain, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Words that a VM may require.</summary>
    public IReadOnlyList<string> Traits { get; init; } = [];

    /// <summary>
    /// By class: a number (the total) or <c>{"total":64,"reserved":0,"overcommit":1.0}</c>. <c>vcpu</c>, <c>memoryMiB</c> and
    /// <c>diskGiB</c> must be there.
    /// </summary>
    public required IReadOnlyDictionary<string, CapacityTerms> Capacity { get; init; }

    /// <summary>
    /// NUMA nodes, numbered from zero in this order, at most 64; together at most the capacity's totals. Left out, they are not known, and
    /// a VM that asks for nodes does not come here.
    /// </summary>
    public IReadOnlyList<NumaNodeTerms> NumaNodes { get; init; } = [];

    /// <summary>What its CPU is to guests; left out, it is not known.</summary>
    public HostCpu? Cpu { get; init; }

    /// <summary>The instruction set of its guests.</summary>
    [AllowedValues("X86_64", "AARCH64")]
    public string Architecture { get; init; } = "X86_64";

    /// <summary>What its guests can boot by.</summary>
    public IReadOnlyList<string> Firmwares { get; init; } = ["BIOS", "UEFI"];

    /// <summary>Latencies and fault rates; all zero when left out.</summary>
    public SimulationSettings? Simulation { get; init; }
}
