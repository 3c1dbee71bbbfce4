using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
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

    internal List<Held> Allocations { get; } = [];

    internal sealed record Held(int Host, EngineKind? Engine, IReadOnlyList<int> Pools)
    {
        internal Dictionary<ResourceClass, long> Amounts { get; set; } = [];
    }

    internal void Has(int host, ResourceClass resource, InventoryTerms terms) => capacity[(host, resource)] = terms;

    internal AllocationOutcome Take(int host, EngineKind? engine, IReadOnlyList<int> pools, ResourceVector demand)
    {
        var outcome = Check(host, engine, pools, demand);
        if (outcome == AllocationOutcome.Allocated) { Allocations.Add(new(host, engine, pools) { Amounts = Nonzero(demand) }); }
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
        var outcome = Check(held.Host, held.Engine, held.Pools, more);
        if (outcome == AllocationOutcome.NoCapacityNow && next.Any(amount => amount.Value > Least(held.Host, held.Engine, amount.Key)))
        {
            return AllocationOutcome.ExceedsHost;
        }
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
            EngineCapacity(host, engine, resource) is not { } most || most >= Used(host, engine, resource)));
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

    private AllocationOutcome Check(int host, EngineKind? engine, IReadOnlyList<int> pools, ResourceVector demand)
    {
        if (demand.Any(amount => Least(host, engine, amount.Key) is null)) { return AllocationOutcome.UnknownResourceClass; }
        if (demand.Any(amount => amount.Value > Least(host, engine, amount.Key))) { return AllocationOutcome.ExceedsHost; }
        if (demand.Any(amount => amount.Value > HostCapacity(host, amount.Key) - Used(host, null, amount.Key)
            || (engine is { } kind && amount.Value > EngineCapacity(host, kind, amount.Key) - Used(host, kind, amount.Key))))
        {
            return AllocationOutcome.NoCapacityNow;
        }
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
