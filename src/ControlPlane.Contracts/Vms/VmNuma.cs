namespace ControlPlane.Contracts.Vms;

/// <summary>What a VM asks of NUMA nodes.</summary>
public sealed record VmNuma
{
    /// <summary>
    /// 1: all its vCPUs and memory within one node. 2: half of both in each of two nodes; of odd amounts each node keeps the half
    /// rounded up.
    /// </summary>
    public required int Nodes { get; init; }
}
