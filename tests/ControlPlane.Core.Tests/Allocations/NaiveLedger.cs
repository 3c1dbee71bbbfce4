using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;

namespace ControlPlane.Core.Tests.Allocations;

/// <summary>
/// The ledger as one would write it on paper: a list of what is held, from which everything else is summed each time. No counters.
/// </summary>
internal sealed class NaiveLedger
{
    private readonly Dictionary<(int Host, ResourceClass Resource), InventoryTerms> capacity = [];
    private readonly Dictionary<(int Host, EngineKind Engine, ResourceClass Resource), (long? Own, Overcommit Ratio)> shares = [];
    private readonly Dictionary<(int Pool, ResourceClass Resource), (long Limit, Overcommit Ratio)> limits = [];

    private readonly Dictionary<int, IReadOnlyList<HostNodeTerms>> nodes = [];

    internal List<Held> Allocations { get; } = [];

    internal sealed record Held(int Host, EngineKind? Engine, IReadOnlyList<int> Pools)
    {
        internal Dictionary<ResourceClass, long> Amounts { get; set; } = [];

        /// <summary>The nodes it sits in; null when it asked for neither nodes nor cores.</summary>
        internal int[]? Seat { get; init; }

        internal bool Pinned { get; init; }

        internal long Share(ResourceClass resource) => Up(Amounts.GetValueOrDefault(resource), Seat!.Length);
    }

    internal void Has(int host, ResourceClass resource, InventoryTerms terms) => capacity[(host, resource)] = terms;

    internal AllocationOutcome Take(int host, EngineKind? engine, IReadOnlyList<int> pools, ResourceVector demand, NumaTerms terms = default)
    {
        var (sits, seat) = SeatOf(host, demand, terms);
        var outcome = CheckHost(host, engine, demand);
        if (outcome == AllocationOutcome.Allocated) { outcome = sits; }
        if (outcome == AllocationOutcome.Allocated) { outcome = CheckPools(pools, demand); }
        if (outcome == AllocationOutcome.Allocated)
        {
            Allocations.Add(new(host, engine, pools) { Amounts = Nonzero(demand), Seat = seat, Pinned = terms.Pinned });
        }
        return outcome;
    }

    internal AllocationOutcome Give(Held held, ResourceVector amounts)
    {
        if (amounts.Any(amount => amount.Value > held.Amounts.GetValueOrDefault(amount.Key))) { return AllocationOutcome.ExceedsHeld; }
        held.Amounts = held.Amounts.ToDictionary(pair => pair.Key, pair => pair.Value - amounts[pair.Key]);
        return AllocationOutcome.Allocated;
    }

    internal AllocationOutcome Resize(Held held, ResourceVector next)
    {
        var more = ResourceVector.Of(next.Select(amount =>
            KeyValuePair.Create(amount.Key, Math.Max(0, amount.Value - held.Amounts.GetValueOrDefault(amount.Key)))));
        var outcome = CheckHost(held.Host, held.Engine, more);
        if (outcome == AllocationOutcome.NoCapacityNow && next.Any(amount => amount.Value > Least(held.Host, held.Engine, amount.Key)))
        {
            return AllocationOutcome.ExceedsHost;
        }
        if (outcome == AllocationOutcome.Allocated) { outcome = Reseat(held, next); }
        if (outcome == AllocationOutcome.Allocated) { outcome = CheckPools(held.Pools, more); }
        if (outcome == AllocationOutcome.Allocated) { held.Amounts = Nonzero(next); }
        return outcome;
    }

    internal bool ResizeHost(int host, ResourceClass resource, InventoryTerms terms)
    {
        if (terms.Reserved > terms.Total) { return false; }
        var before = capacity.GetValueOrDefault((host, resource));
        var used = Used(host, null, resource);
        capacity[(host, resource)] = terms;
        var fits = HostCapacity(host, resource) >= used && (before is null || Enum.GetValues<EngineKind>().All(engine =>
            EngineCapacity(host, engine, resource) is not { } most || most >= Used(host, engine, resource)))
            && (resource != ResourceClass.Vcpu || Floats(Net(host, resource), Ratio(host, resource), used, Pinned(host)))
            && Enumerable.Range(0, NodesOf(host).Count).All(node => NodeHolds(host, node, NodesOf(host)[node]));
        if (!fits && before is null) { capacity.Remove((host, resource)); }
        if (!fits && before is not null) { capacity[(host, resource)] = before; }
        return fits;
    }

    internal bool Limit(int pool, ResourceClass resource, long? limit, Overcommit ratio)
    {
        if (limit is { } most && Floor(most, ratio) < PoolUsed(pool, resource)) { return false; }
        foreach (var other in Some.Classes) { limits.Remove((pool, other)); }
        if (limit is { } some) { limits[(pool, resource)] = (some, ratio); }
        return true;
    }

    internal bool Configure(int host, EngineKind engine, ResourceVector own, ResourceClass narrowed, Overcommit ratio)
    {
        var next = new Dictionary<ResourceClass, (long? Own, Overcommit Ratio)>();
        foreach (var (resource, amount) in own) { next[resource] = (amount, resource == narrowed ? ratio : Overcommit.None); }
        if (own[narrowed] == 0 && capacity.ContainsKey((host, narrowed))) { next[narrowed] = (null, ratio); }
        foreach (var resource in Some.Classes)
        {
            var used = Used(host, engine, resource);
            if (used == 0) { continue; }
            if (!next.TryGetValue(resource, out var share))
            {
                if (!capacity.ContainsKey((host, resource))) { return false; }
                continue;
            }
            if (Floor(share.Own ?? Net(host, resource), share.Ratio) < used) { return false; }
        }
        foreach (var resource in Some.Classes) { shares.Remove((host, engine, resource)); }
        foreach (var (resource, share) in next) { shares[(host, engine, resource)] = share; }
        return true;
    }

    internal bool RemoveEngine(int host, EngineKind engine)
    {
        if (Some.Classes.Any(resource => Used(host, engine, resource) > 0)) { return false; }
        foreach (var resource in Some.Classes) { shares.Remove((host, engine, resource)); }
        return true;
    }

    internal bool SetNodes(int host, IReadOnlyList<HostNodeTerms> terms)
    {
        if (Enumerable.Range(0, NodesOf(host).Count).Any(node => !NodeHolds(host, node, terms.ElementAtOrDefault(node) ?? new(0, 0))))
        {
            return false;
        }
        nodes[host] = terms;
        return true;
    }

    internal IReadOnlyList<HostNodeTerms> NodesOf(int host) => nodes.GetValueOrDefault(host, []);

    internal (long Vcpus, long Pinned, long MemoryMiB) UsedIn(int host, int node)
    {
        var there = Allocations.Where(held => held.Host == host && held.Seat?.Contains(node) == true).ToList();
        return (there.Sum(held => held.Share(ResourceClass.Vcpu)), there.Where(held => held.Pinned).Sum(held => held.Share(ResourceClass.Vcpu)),
            there.Sum(held => held.Share(ResourceClass.MemoryMiB)));
    }

    internal long Pinned(int host) => Allocations.Where(held => held.Host == host && held.Pinned)
        .Sum(held => held.Amounts.GetValueOrDefault(ResourceClass.Vcpu));

    internal long FreeCores(int host) =>
        Largest(Net(host, ResourceClass.Vcpu), Ratio(host, ResourceClass.Vcpu), Used(host, null, ResourceClass.Vcpu), Pinned(host), whole: true);

    internal long HostFree(int host, ResourceClass resource) => resource == ResourceClass.Vcpu
        ? Largest(Net(host, resource), Ratio(host, resource), Used(host, null, resource), Pinned(host), whole: false)
        : HostCapacity(host, resource)!.Value - Used(host, null, resource);

    // The most that could be added, found by trying.
    private static long Largest(long cores, Overcommit ratio, long used, long pinned, bool whole)
    {
        var most = 0;
        while (Floats(cores, ratio, used + most + 1, whole ? pinned + most + 1 : pinned)) { most++; }
        return most;
    }

    // What is pinned has its cores; what floats fits in the others; and all of it is no more than is promised of these cores.
    private static bool Floats(long cores, Overcommit ratio, long used, long pinned) =>
        pinned <= cores && used - pinned <= Floor(cores - pinned, ratio) && used <= Floor(cores, ratio);

    private Overcommit Ratio(int host, ResourceClass resource) => capacity[(host, resource)].Overcommit;

    private bool NodeHolds(int host, int node, HostNodeTerms terms)
    {
        var (vcpus, pinned, memory) = UsedIn(host, node);
        return Floats(terms.Cores, Ratio(host, ResourceClass.Vcpu), vcpus, pinned)
            && memory <= Floor(terms.MemoryMiB, Ratio(host, ResourceClass.MemoryMiB));
    }

    private (long Vcpus, long MemoryMiB) Left(int host, int node, bool pinned, bool empty)
    {
        var (terms, memoryRatio) = (NodesOf(host)[node], Ratio(host, ResourceClass.MemoryMiB));
        var used = empty ? (0, 0, 0) : UsedIn(host, node);
        return (Largest(terms.Cores, Ratio(host, ResourceClass.Vcpu), used.Vcpus, used.Pinned, pinned),
            Floor(terms.MemoryMiB, memoryRatio) - used.MemoryMiB);
    }

    private (AllocationOutcome Outcome, int[]? Seat) SeatOf(int host, ResourceVector demand, NumaTerms terms)
    {
        if (terms is { Nodes: 0, Pinned: false }) { return (AllocationOutcome.Allocated, null); }
        if (Find(empty: true) is null) { return (AllocationOutcome.ExceedsHost, null); }
        return Find(empty: false) is { } seat ? (AllocationOutcome.Allocated, seat) : (AllocationOutcome.NoCapacityNow, null);

        int[]? Find(bool empty)
        {
            var cores = Largest(Net(host, ResourceClass.Vcpu), Ratio(host, ResourceClass.Vcpu),
                empty ? 0 : Used(host, null, ResourceClass.Vcpu), empty ? 0 : Pinned(host), whole: true);
            if (terms.Pinned && demand[ResourceClass.Vcpu] > cores) { return null; }
            var counts = terms.Nodes > 0 ? [terms.Nodes] : Enumerable.Range(1, NodesOf(host).Count).ToArray();
            return counts.Length == 0 ? [] : counts.Select(count => In(count, empty)).FirstOrDefault(found => found is not null);
        }

        int[]? In(int count, bool empty)
        {
            var tightest = Enumerable.Range(0, NodesOf(host).Count).Select(node => (Node: node, Left: Left(host, node, terms.Pinned, empty)))
                .Where(each => Up(demand[ResourceClass.Vcpu], count) <= each.Left.Vcpus && Up(demand[ResourceClass.MemoryMiB], count) <= each.Left.MemoryMiB)
                .OrderBy(each => each.Left).Take(count).Select(each => each.Node).Order().ToArray();
            return tightest.Length == count ? tightest : null;
        }
    }

    private AllocationOutcome Reseat(Held held, ResourceVector next)
    {
        if (held.Seat is null) { return AllocationOutcome.Allocated; }
        var after = new Held(held.Host, held.Engine, held.Pools) { Amounts = Nonzero(next), Seat = held.Seat, Pinned = held.Pinned };
        var alone = new NaiveLedger();
        foreach (var (key, value) in capacity) { alone.capacity[key] = value; }
        foreach (var (key, value) in nodes) { alone.nodes[key] = value; }
        alone.Allocations.Add(after);
        if (!alone.Stands(held.Host)) { return AllocationOutcome.ExceedsHost; }
        alone.Allocations.AddRange(Allocations.Where(other => other != held));
        return alone.Stands(held.Host) ? AllocationOutcome.Allocated : AllocationOutcome.NoCapacityNow;
    }

    private bool Stands(int host) => NodesOf(host).Index().All(node => NodeHolds(host, node.Index, node.Item))
        && Floats(Net(host, ResourceClass.Vcpu), Ratio(host, ResourceClass.Vcpu), Used(host, null, ResourceClass.Vcpu), Pinned(host));

    private static long Up(long amount, int nodes) => (long)Math.Ceiling(amount / (double)nodes);

    internal long Used(int host, EngineKind? engine, ResourceClass resource) => Allocations
        .Where(held => held.Host == host && (engine is null || held.Engine == engine))
        .Sum(held => held.Amounts.GetValueOrDefault(resource));

    internal long PoolUsed(int pool, ResourceClass resource) => Allocations
        .Where(held => held.Pools.Contains(pool)).Sum(held => held.Amounts.GetValueOrDefault(resource));

    internal long? HostCapacity(int host, ResourceClass resource) =>
        capacity.TryGetValue((host, resource), out var terms) ? Floor(terms.Total - terms.Reserved, terms.Overcommit) : null;

    internal long? EngineCapacity(int host, EngineKind engine, ResourceClass resource) =>
        shares.TryGetValue((host, engine, resource), out var share) ? Floor(share.Own ?? Net(host, resource), share.Ratio) : null;

    internal long? PoolCapacity(int pool, ResourceClass resource) =>
        limits.TryGetValue((pool, resource), out var limit) ? Floor(limit.Limit, limit.Ratio) : null;

    private AllocationOutcome CheckHost(int host, EngineKind? engine, ResourceVector demand)
    {
        if (demand.Any(amount => Least(host, engine, amount.Key) is null)) { return AllocationOutcome.UnknownResourceClass; }
        if (demand.Any(amount => amount.Value > Least(host, engine, amount.Key))) { return AllocationOutcome.ExceedsHost; }
        if (demand.Any(amount => (HostCapacity(host, amount.Key) is not null && amount.Value > HostFree(host, amount.Key))
            || (engine is { } kind && amount.Value > EngineCapacity(host, kind, amount.Key) - Used(host, kind, amount.Key))))
        {
            return AllocationOutcome.NoCapacityNow;
        }
        return AllocationOutcome.Allocated;
    }

    private AllocationOutcome CheckPools(IReadOnlyList<int> pools, ResourceVector demand)
    {
        return pools.Any(pool => demand.Any(amount => amount.Value > PoolCapacity(pool, amount.Key) - PoolUsed(pool, amount.Key)))
            ? AllocationOutcome.ExceedsPoolLimit : AllocationOutcome.Allocated;
    }

    // Null when neither the host nor the engine has the class.
    private long? Least(int host, EngineKind? engine, ResourceClass resource)
    {
        var own = HostCapacity(host, resource);
        var its = engine is { } kind ? EngineCapacity(host, kind, resource) : null;
        return own is null ? its : its is null ? own : Math.Min(own.Value, its.Value);
    }

    private long Net(int host, ResourceClass resource) => capacity[(host, resource)].Total - capacity[(host, resource)].Reserved;

    private static long Floor(long amount, Overcommit ratio) => amount * ratio.Permille / 1000;

    private static Dictionary<ResourceClass, long> Nonzero(ResourceVector amounts) => new(amounts);
}
