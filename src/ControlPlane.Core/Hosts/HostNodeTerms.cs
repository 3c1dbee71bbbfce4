namespace ControlPlane.Core.Hosts;

/// <summary>What one NUMA node of a host has.</summary>
/// <param name="Cores">CPUs in it.</param>
/// <param name="MemoryMiB">Memory in it.</param>
public sealed record HostNodeTerms(long Cores, long MemoryMiB);
