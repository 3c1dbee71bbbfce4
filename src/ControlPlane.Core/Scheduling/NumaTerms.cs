using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>What is asked of cores and NUMA nodes. By default nothing is: vCPUs float over the whole host.</summary>
/// <param name="Nodes">
/// In how many nodes, the same share of vCPUs and memory in each, rounded up: 1 is within one node. Zero: it does not matter.
/// </param>
/// <param name="Pinned">Whether each vCPU gets a core of its own; with no number of nodes, in as few as will do.</param>
public readonly record struct NumaTerms(int Nodes, bool Pinned)
{
    /// <summary>The most nodes that can be asked for.</summary>
    public const int MaxNodes = Hosts.HostNode.MaxNodes;

    internal bool Asked => Nodes > 0 || Pinned;

    /// <summary>What each of so many nodes takes of an amount: its share, rounded up.</summary>
    internal static long Share(long amount, int nodes) => (amount + nodes - 1) / nodes;
}
