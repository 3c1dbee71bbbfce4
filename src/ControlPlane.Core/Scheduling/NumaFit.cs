using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The rule of NUMA nodes and cores for one host. The scheduler asks the same of 64 hosts at a time (<see cref="NumaColumns"/>); a claim
/// asks it again of the host itself and takes the nodes that it names.
/// </summary>
internal static class NumaFit
{
    /// <summary>Which nodes to take: the tightest that will do, so that large ones stay whole. Null when there is no room now.</summary>
    internal static NumaSeat? Seat(
        IReadOnlyList<NodeSnapshot> nodes, long freeCores, ResourceVector demand, NumaTerms terms)
    {
        if (terms.Pinned && demand[ResourceClass.Vcpu] > freeCores) { return null; }
        if (terms.Nodes > 0) { return In(nodes, demand, terms.Nodes, terms.Pinned); }
        if (nodes.Count == 0) { return new([], terms.Pinned); }
        for (var count = 1; count <= nodes.Count; count++)
        {
            if (In(nodes, demand, count, terms.Pinned) is { } seat) { return seat; }
        }
        return null;
    }

    /// <summary>What one host says to it.</summary>
    internal static Verdict Judge(IReadOnlyList<NodeSnapshot> nodes, (long All, long Free) cores, ResourceVector demand, NumaTerms terms)
    {
        if (!terms.Asked) { return Verdict.Pass; }
        if (nodes.Count < terms.Nodes) { return Verdict.Mismatch; }
        if (Seat(Emptied(nodes), cores.All, demand, terms) is null) { return Verdict.TooSmall; }
        return Seat(nodes, cores.Free, demand, terms) is null ? Verdict.NotNow : Verdict.Pass;
    }

    private static NumaSeat? In(IReadOnlyList<NodeSnapshot> nodes, ResourceVector demand, int count, bool pinned)
    {
        var (vcpus, memory) = (NumaTerms.Share(demand[ResourceClass.Vcpu], count), NumaTerms.Share(demand[ResourceClass.MemoryMiB], count));
        var fitting = nodes.Where(node => vcpus <= (pinned ? node.FreeCores : node.FreeVcpus) && memory <= node.FreeMemoryMiB)
            .OrderBy(node => pinned ? node.FreeCores : node.FreeVcpus).ThenBy(node => node.FreeMemoryMiB).ThenBy(node => node.Number)
            .Take(count).Select(node => node.Number).Order().ToArray();
        return fitting.Length == count ? new(fitting, pinned) : null;
    }

    private static NodeSnapshot[] Emptied(IReadOnlyList<NodeSnapshot> nodes) =>
        [.. nodes.Select(node => node with
        {
            FreeCores = Math.Min(node.Cores, node.Vcpus), FreeVcpus = node.Vcpus, FreeMemoryMiB = node.MemoryMiB,
        })];
}
