using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>The scheduler as its description reads, written for clearness alone, and from the description alone.</summary>
internal static class NaiveScheduler
{
    internal enum Fate { Fits, NotNow, TooSmall, NotAskedFor }

    /// <summary>What becomes of a host of a fleet, with regard to who is where in it.</summary>
    internal static (Fate Fate, EngineKind? Engine) Judge(HostSnapshot[] fleet, HostSnapshot host, Demand demand)
    {
        var (alone, engine) = Judge(host, demand);
        if (alone == Fate.NotAskedFor || !InDomains(host, demand)) { return (Fate.NotAskedFor, null); }
        return alone != Fate.Fits || Allowed(fleet, host, demand) ? (alone, engine) : (Fate.NotNow, null);
    }

    /// <summary>The same without regard to others.</summary>
    internal static (Fate Fate, EngineKind? Engine) Judge(HostSnapshot host, Demand demand)
    {
        if ((demand.Host is not null && demand.Host != host.Id) || !OfKind(host, demand)) { return (Fate.NotAskedFor, null); }
        EngineSnapshot?[] engines = demand.Engine is not { } choice ? [null]
            : [.. host.Engines.Where(engine => Accepts(choice, engine.Kind))];
        if (engines.Length == 0) { return (Fate.NotAskedFor, null); }
        var fates = engines.Select(engine => (Fate: With(host, engine, demand), engine?.Kind)).ToList();
        return fates.Any(each => each.Fate == Fate.Fits) ? fates.First(each => each.Fate == Fate.Fits)
            : fates.Any(each => each.Fate == Fate.NotNow) ? (Fate.NotNow, null) : (Fate.TooSmall, null);
    }

    /// <summary>The score with what soft rules say; null for what is left to chance.</summary>
    internal static float? Score(HostSnapshot[] fleet, HostSnapshot host, Demand demand)
    {
        if (Bare(fleet, host, demand) is not { } score) { return null; }
        var parts = 1f;
        if (First(fleet, demand) is { } first)
        {
            var rooms = fleet.Where(each => Judge(fleet, each, demand).Fate == Fate.Fits)
                .GroupBy(each => Domain(each, first.Scope)!, each => Holds(fleet, each, demand)).ToDictionary(each => each.Key, each => each.Sum());
            (score, parts) = (score + (2 * ((float)rooms[Domain(host, first.Scope)!] / rooms.Values.Max())), parts + 2);
        }
        if (demand.Group is { Strictness: Strictness.Soft } group)
        {
            var (there, all) = (There(fleet, host, group.Scope, group.Group.Value), fleet.Sum(each => each.Occupancy.CountOf(group.Group.Value)));
            var points = there is null ? 0 : group.Policy == AffinityPolicy.AntiAffinity ? 1f / (1 + there.Value)
                : all == 0 ? 1 : (float)there.Value / all;
            (score, parts) = (score + (2 * points), parts + 2);
        }
        if (demand.Spread is { Mode: Strictness.Soft } spread)
        {
            var there = There(fleet, host, spread.Over, spread.Counted);
            var skew = there + 1 - Fewest(fleet, demand, spread);
            (score, parts) = (score + (2 * (skew is null ? 0 : Math.Min(1, (float)spread.MaxSkew / skew.Value))), parts + 2);
        }
        return score / parts;
    }

    // The rule of a group that has to stay together and is nowhere yet, for somebody who may choose.
    private static GroupRule? First(HostSnapshot[] fleet, Demand demand) =>
        demand is { Host: null, Group: { Strictness: Strictness.Hard, Policy: AffinityPolicy.Affinity } group }
        && fleet.All(host => host.Occupancy.CountOf(group.Group.Value) == 0) ? group : null;

    // How many fit one after the other by amounts alone, in the way of the first.
    private static long Holds(HostSnapshot[] fleet, HostSnapshot host, Demand demand)
    {
        var kind = Judge(fleet, host, demand).Engine;
        var engine = host.Engines.FirstOrDefault(each => each.Kind == kind);
        var count = 0L;
        while (demand.Resources.All(pair => (count + 1) * pair.Value <= Room(host, engine, pair.Key).Free)) { count++; }
        return count;
    }

    private static bool InDomains(HostSnapshot host, Demand demand) =>
        (demand.Group is not { Strictness: Strictness.Hard } group || Domain(host, group.Scope) is not null)
        && (demand.Spread is not { Mode: Strictness.Hard } spread || Domain(host, spread.Over) is not null);

    private static bool Allowed(HostSnapshot[] fleet, HostSnapshot host, Demand demand)
    {
        var on = host.Occupancy;
        var tenancy = demand.Tenancy is null
            || (demand.Tenancy.Dedicated ? on.Vms == 0 || (on.DedicatedTo == demand.Tenancy.Project && on.DedicatedVms == on.Vms)
                : on.DedicatedVms == 0);
        var group = demand.Group is not { Strictness: Strictness.Hard } rule
            || (There(fleet, host, rule.Scope, rule.Group.Value) == 0) == (rule.Policy == AffinityPolicy.AntiAffinity)
            || (rule.Policy == AffinityPolicy.Affinity && fleet.All(each => each.Occupancy.CountOf(rule.Group.Value) == 0));
        var spread = demand.Spread is not { Mode: Strictness.Hard } evenly
            || There(fleet, host, evenly.Over, evenly.Counted) + 1 - Fewest(fleet, demand, evenly) <= evenly.MaxSkew;
        return tenancy && group && spread;
    }

    private static int Fewest(HostSnapshot[] fleet, Demand demand, SpreadRule spread) => fleet
        .Where(host => OfKind(host, demand) && InDomains(host, demand) && Domain(host, spread.Over) is not null)
        .Select(host => There(fleet, host, spread.Over, spread.Counted)!.Value).DefaultIfEmpty(0).Min();

    private static int? There(HostSnapshot[] fleet, HostSnapshot host, FailureDomain scope, Guid counted) => Domain(host, scope) is { } domain
        ? fleet.Where(other => Domain(other, scope) == domain).Sum(other => other.Occupancy.CountOf(counted)) : null;

    private static string? Domain(HostSnapshot host, FailureDomain scope) => scope.ToString() switch
    {
        "HOST" => host.Name,
        "ZONE" => host.Zone,
        var label => host.Labels.GetValueOrDefault(label["label:".Length..]),
    };

    private static bool OfKind(HostSnapshot host, Demand demand) =>
            (!demand.WithoutImage || host.Driver == HostDriver.Simulated)
            && (demand.WithoutImage || !demand.RealHostOnly || host.Driver == HostDriver.Qemu)
            && (demand.Zone is null || demand.Zone == host.Zone)
            && Carries(host, demand.HostLabels)
            && demand.RequiredTraits.All(trait => host.Traits.Contains(trait))
            && !demand.ForbiddenTraits.Any(trait => host.Traits.Contains(trait))
            && (demand.Architecture is null || demand.Architecture == host.Platform.Architecture)
            && (demand.Firmware is not { } firmware || host.Platform.Firmwares.Contains(firmware))
            && (demand.CpuModel is null || demand.CpuModel == host.Platform.CpuModel)
            && (demand.SharedDisks is null || demand.SharedDisks == host.Platform.SharedDisks)
            && demand.CpuFeatures.All(feature => host.Platform.CpuFeatures.Contains(feature))
            && (!demand.Numa.Pinned || host.Driver == HostDriver.Simulated)
            && host.Nodes.Count >= demand.Numa.Nodes
            && demand.Selectors.All(pool => (pool.Zone is null || pool.Zone == host.Zone) && Carries(host, pool.Labels));

    // The algorithm's own score.
    private static float? Bare(IReadOnlyCollection<HostSnapshot> fleet, HostSnapshot host, Demand demand)
    {
        var shares = demand.Resources.Where(pair => host.Capacity[pair.Key] > 0).Select(pair => Share(host, pair.Key, pair.Value)).ToList();
        var mean = shares.Count == 0 ? 0 : Math.Min(1, shares.Aggregate(0f, (sum, share) => share + sum) / shares.Count);
        return demand.Algorithm switch
        {
            PlacementAlgorithm.FirstFit => 0,
            PlacementAlgorithm.BestFit => mean,
            PlacementAlgorithm.WorstFit => 1 - mean,
            PlacementAlgorithm.Balanced => Balance(fleet, host, demand),
            PlacementAlgorithm.LifetimeAware => Lifetime(host, demand, Balance(fleet, host, demand)),
            PlacementAlgorithm.Random => null,
        };
    }

    // How much longer the host is in use, in doubling steps from a minute, before all else.
    private static float Lifetime(HostSnapshot host, Demand demand, float balance)
    {
        if (demand.ExpectedLifetimeSeconds is not { } seconds || demand.DecidedAt is not { } now) { return balance; }
        var there = host.Occupancy;
        var empties = there.Vms == 0 && host.Used.Count == 0 ? now : there.Ends.Sum(end => end.Vms) < there.Vms || there.Vms == 0
            ? DateTimeOffset.MaxValue : there.Ends.Max(end => end.Time);
        var longer = now.ToUnixTimeSeconds() + seconds - (empties < now ? now : empties).ToUnixTimeSeconds();
        var step = 0;
        for (var beyond = longer / 60 + 1; longer > 0 && beyond > 0; beyond /= 2) { step++; }
        return (32 - step + balance) / 33;
    }

    // Room left, skew against the fleet and what the demand does to it: 1/2 - 1/2 c / (1 + |c|) of the cost c.
    private static float Balance(IReadOnlyCollection<HostSnapshot> fleet, HostSnapshot host, Demand demand)
    {
        var (room, size, now, then) = (0f, 0f, new List<(float Weight, float Ahead)>(), new List<(float Weight, float Ahead)>());
        foreach (var (resource, own) in host.Capacity)
        {
            var having = fleet.Where(each => each.Capacity[resource] > 0).ToList();
            var all = (double)having.Sum(each => each.Capacity[resource]);
            var usual = (float)(having.Sum(each => each.Used[resource]) / all);
            var whole = own * (float)(having.Count / all);
            now.Add((usual, (float)(host.Used[resource] * (1.0 / own)) - usual));
            then.Add((usual, Share(host, resource, demand.Resources[resource]) - usual));
            size += whole;
            room += (1 - Share(host, resource, demand.Resources[resource])) * whole;
        }
        var skew = Variance(then);
        var cost = room + (40f * skew) + (52f * size * (skew - Variance(now)));
        return 0.5f - (0.5f * (cost / (1 + Math.Abs(cost))));
    }

    private static float Variance(List<(float Weight, float Ahead)> classes)
    {
        var weight = classes.Aggregate(0f, (sum, each) => sum + each.Weight);
        if (weight == 0) { return 0; }
        var mean = classes.Aggregate(0f, (sum, each) => sum + (each.Weight * each.Ahead)) / weight;
        var squares = classes.Aggregate(0f, (sum, each) => sum + (each.Weight * each.Ahead * each.Ahead));
        return Math.Max(0, (squares / weight) - (mean * mean));
    }

    private static float Share(HostSnapshot host, ResourceClass resource, long amount)
    {
        var unit = 1.0 / host.Capacity[resource];
        return (float)(host.Used[resource] * unit) + (amount * (float)unit);
    }

    /// <summary>What may still be promised on the host by way of the engine; null where neither has the class.</summary>
    internal static (long Capacity, long Free) Room(HostSnapshot host, EngineSnapshot? engine, ResourceClass resource)
    {
        var bounds = new List<(long Capacity, long Free)>();
        if (host.Capacity[resource] > 0) { bounds.Add((host.Capacity[resource], host.Capacity[resource] - host.Used[resource])); }
        if (engine?.Capacity[resource] > 0) { bounds.Add((engine.Capacity[resource], engine.Capacity[resource] - engine.Used[resource])); }
        if (engine?.Barred.Contains(resource) == true) { bounds.Add((0, 0)); }
        return bounds.Count == 0 ? (0, 0) : (bounds.Min(bound => bound.Capacity), bounds.Min(bound => bound.Free));
    }

    /// <summary>Whether its cores and nodes would do, empty or as they are.</summary>
    internal static bool Sits(HostSnapshot host, Demand demand, bool empty)
    {
        var (vcpus, memory) = (demand.Resources[ResourceClass.Vcpu], demand.Resources[ResourceClass.MemoryMiB]);
        if (demand.Numa.Pinned && vcpus > (empty ? host.Cores : host.FreeCores)) { return false; }
        var counts = demand.Numa.Nodes > 0 ? [demand.Numa.Nodes] : demand.Numa.Pinned ? Enumerable.Range(1, host.Nodes.Count) : [];
        return !counts.Any() || counts.Any(count => host.Nodes.Count(node =>
            Math.Ceiling(vcpus / (double)count) <= Vcpus(node) && Math.Ceiling(memory / (double)count) <= Memory(node)) >= count);

        long Memory(NodeSnapshot node) => empty ? node.MemoryMiB : node.FreeMemoryMiB;
        long Vcpus(NodeSnapshot node) => !demand.Numa.Pinned ? (empty ? node.Vcpus : node.FreeVcpus) : empty ? node.Cores : node.FreeCores;
    }

    private static Fate With(HostSnapshot host, EngineSnapshot? engine, Demand demand)
    {
        if (!Sits(host, demand, empty: true)) { return Fate.TooSmall; }
        if (demand.Resources.Any(pair => pair.Value > Room(host, engine, pair.Key).Capacity)) { return Fate.TooSmall; }
        var now = host is { State: HostState.Active, HeldBack: false } && engine is null or { Usable: true };
        return now && host.State == HostState.Active && demand.Resources.All(pair => pair.Value <= Room(host, engine, pair.Key).Free)
            && Sits(host, demand, empty: false)
            ? Fate.Fits : Fate.NotNow;
    }

    private static bool Accepts(EngineChoice choice, EngineKind kind) => choice == EngineChoice.Any || choice.ToString() == kind.ToString();

    private static bool Carries(HostSnapshot host, IReadOnlyDictionary<string, string> labels) =>
        labels.All(label => host.Labels.TryGetValue(label.Key, out var value) && value == label.Value);
}
