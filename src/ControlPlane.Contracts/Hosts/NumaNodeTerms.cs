namespace ControlPlane.Contracts.Hosts;

/// <summary>What one NUMA node of a simulated host has.</summary>
public sealed record NumaNodeTerms
{
    /// <summary>CPUs in it.</summary>
    public required long Vcpu { get; init; }

    /// <summary>Memory in it.</summary>
    public required long MemoryMiB { get; init; }
}
