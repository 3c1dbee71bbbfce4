using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>
/// The hosts whose NUMA nodes a trace knows, as the product keeps them, because it is the ledger that chooses the nodes of a claim.
/// </summary>
internal sealed class TraceNodes
{
    private readonly Dictionary<HostId, Host> hosts = [];

    /// <summary>Begins to keep a host; gives its nodes, which are none where the trace knows none.</summary>
    internal IReadOnlyList<NodeSnapshot> Add(HostSnapshot host, IReadOnlyList<HostNodeTerms> nodes)
    {
        if (nodes.Count == 0) { return []; }
        var capacity = host.Capacity.ToDictionary(pair => pair.Key, pair => new InventoryTerms(pair.Value, 0, Overcommit.None));
        var kept = hosts[host.Id] = new Host(host.Id, ResourceName.Parse(host.Name), host.Driver, capacity, DateTimeOffset.UnixEpoch);
        if (!kept.TrySetNodes(nodes)) { throw new InvalidDataException($"the nodes of {host.Name} are no part of it"); }
        return HostSnapshot.Of(kept).Nodes;
    }

    /// <summary>What a VM asks of nodes: nothing in a pool where they are not known.</summary>
    internal NumaTerms TermsOf(TraceEvent create) => hosts.Count == 0 ? default : new(create.NumaNodes, Pinned: false);

    /// <summary>Takes a claim from a host and its nodes; gives the nodes as they are then.</summary>
    internal IReadOnlyList<NodeSnapshot> Take(HostId id, Demand demand)
    {
        if (!hosts.TryGetValue(id, out var host)) { return []; }
        var outcome = Ledger.Take(host, null, [], demand.Resources, demand.Numa, out _);
        return outcome == AllocationOutcome.Allocated ? HostSnapshot.Of(host).Nodes
            : throw new InvalidOperationException($"the ledger says {outcome} where the scheduler found room");
    }

    /// <summary>Whether the nodes of a host are known.</summary>
    internal bool Knows(HostId id) => hosts.ContainsKey(id);
}
