using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Cores and NUMA nodes of a chunk's hosts: a plane of free cores, then for each node a plane of vCPUs, one of cores and one of memory.
/// A host without a node has -1 there, so that nothing fits. Immutable; read only by decisions that ask for cores or nodes.
/// </summary>
internal sealed class NumaColumns
{
    private const int Rows = FleetChunk.MaxHosts;
    private const int PlanesOfNode = 3;

    private readonly int nodes;
    private readonly long[] free;
    private readonly long[] capacity;
    private readonly ulong[] having;

    private NumaColumns(int nodes, long[] free, long[] capacity, ulong[] having) =>
        (this.nodes, this.free, this.capacity, this.having) = (nodes, free, capacity, having);

    internal static NumaColumns Of(ReadOnlySpan<HostSnapshot> hosts)
    {
        var nodes = 0;
        foreach (var host in hosts) { nodes = Math.Max(nodes, host.Nodes.Count); }
        var length = (1 + (PlanesOfNode * nodes)) * Rows;
        var columns = new NumaColumns(nodes, new long[length], new long[length], new ulong[nodes]);
        for (var row = 0; row < hosts.Length; row++) { columns.Fill(row, hosts[row]); }
        return columns;
    }

    /// <summary>This with the row of one host as it is now; null when it has more nodes than there is room for here.</summary>
    internal NumaColumns? TryWith(int row, HostSnapshot host)
    {
        if (host.Nodes.Count > nodes) { return null; }
        var changed = new NumaColumns(nodes, [.. free], [.. capacity], [.. having]);
        changed.Fill(row, host);
        return changed;
    }

    /// <summary>The hosts of a mask that have so many nodes.</summary>
    internal ulong Having(int count, ulong mask) => count == 0 ? mask : count > nodes ? 0 : mask & having[count - 1];

    /// <summary>The hosts of a mask that have room now.</summary>
    internal ulong Room(in NumaTerms terms, long vcpus, long memory, ulong mask) => Fit(free, terms, vcpus, memory, mask);

    /// <summary>The hosts of a mask that would have room when empty.</summary>
    internal ulong Size(in NumaTerms terms, long vcpus, long memory, ulong mask) => Fit(capacity, terms, vcpus, memory, mask);

    private ulong Fit(long[] amounts, in NumaTerms terms, long vcpus, long memory, ulong mask)
    {
        if (terms.Pinned) { mask &= FleetColumns.AtLeast(amounts, 0, vcpus); }
        if (terms.Nodes > 0) { return In(amounts, terms.Nodes, terms.Pinned, vcpus, memory, mask); }
        // A host whose nodes are not known is asked for its cores alone.
        var found = mask & ~Having(1, mask);
        for (var count = 1; count <= nodes && found != mask; count++)
        {
            found |= In(amounts, count, terms.Pinned, vcpus, memory, mask & ~found);
        }
        return found;
    }

    // Counts, for 64 hosts at once, the nodes that have their share: a bit in atLeast[n] is a host with n such nodes or more.
    private ulong In(long[] amounts, int count, bool pinned, long vcpus, long memory, ulong mask)
    {
        if (count > nodes || mask == 0) { return 0; }
        Span<ulong> atLeast = stackalloc ulong[HostNode.MaxNodes + 1];
        atLeast[..(count + 1)].Clear();
        atLeast[0] = mask;
        var (shareOfVcpus, shareOfMemory) = (NumaTerms.Share(vcpus, count), NumaTerms.Share(memory, count));
        for (var node = 0; node < nodes; node++)
        {
            var plane = PlaneOf(node);
            var enough = FleetColumns.AtLeast(amounts, pinned ? plane + Rows : plane, shareOfVcpus)
                & FleetColumns.AtLeast(amounts, plane + Rows + Rows, shareOfMemory);
            for (var n = count; n > 0; n--) { atLeast[n] |= atLeast[n - 1] & enough; }
        }
        return atLeast[count];
    }

    private static int PlaneOf(int node) => (1 + (PlanesOfNode * node)) * Rows;

    // Only while it is being made.
    private void Fill(int row, HostSnapshot host)
    {
        (free[row], capacity[row]) = (host.FreeCores, host.Cores);
        for (var i = 0; i < nodes; i++)
        {
            var at = PlaneOf(i) + row;
            var node = i < host.Nodes.Count ? host.Nodes[i] : null;
            having[i] = node is null ? having[i] & ~(1UL << row) : having[i] | (1UL << row);
            (free[at], capacity[at]) = (node?.FreeVcpus ?? -1, node?.Vcpus ?? -1);
            (free[at + Rows], capacity[at + Rows]) = (node?.FreeCores ?? -1, node is null ? -1 : Math.Min(node.Cores, node.Vcpus));
            (free[at + Rows + Rows], capacity[at + Rows + Rows]) = (node?.FreeMemoryMiB ?? -1, node?.MemoryMiB ?? -1);
        }
    }
}
