namespace ControlPlane.Contracts.Agents;

/// <summary>One NUMA node of a host.</summary>
public sealed record NumaNode(int Id, int Cpus, long MemoryMiB);
