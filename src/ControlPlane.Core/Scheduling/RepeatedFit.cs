using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// How many more of one shape fit, counted by placing one after the other on copies: for what <see cref="CapacityFit"/> cannot divide,
/// because one placement changes what the next may do. It is the number of creates that would be accepted, up to <see cref="Most"/>.
/// </summary>
public static class RepeatedFit
{
    /// <summary>Where counting stops.</summary>
    public const int Most = 1_000;

    private static readonly string[] ofRoom = ["resource:", "cores", "numa", "group:", "spread:", "dedicated"];

    /// <summary>Counts, and changes nothing.</summary>
    /// <param name="fleet">The hosts at one moment.</param>
    /// <param name="host">The same hosts with their nodes and cores, by id.</param>
    /// <param name="demand">The shape; it takes no reservation.</param>
    /// <param name="occupant">One of it, as the others on its host see it.</param>
    /// <param name="chain">The pools charged, innermost first.</param>
    /// <returns>The count, and whether it stopped at the most: then what limits it is not known.</returns>
    public static (ShapeFit Fit, bool Stopped) Of(
        FleetSnapshot fleet, Func<HostId, Host> host, Demand demand, Occupant occupant, IReadOnlyList<Pool> chain)
    {
        var (now, hosts, pools) = (fleet, new Dictionary<HostId, Host>(), chain.Select(pool => pool.Copy()).ToList());
        var (fits, below) = (0, Below(pools, demand));
        while (fits < Most && below is null && Scheduler.Choose(now, demand, 0).Best is { } best)
        {
            if (!hosts.TryGetValue(best.Host, out var copy)) { hosts[best.Host] = copy = host(best.Host).Copy(); }
            var outcome = Ledger.Take(copy, best.Engine, pools, demand.Resources, demand.Numa, out _);
            Invariant.Check(outcome == AllocationOutcome.Allocated, "the ledger refuses what the scheduler chose");
            now = now.With(HostSnapshot.Of(copy, now.Find(best.Host)!.Occupancy.Plus(occupant)));
            (fits, below) = (fits + 1, Below(pools, demand));
        }
        return (Fit(fits, fleet, now, demand, fits == Most ? new(null, null, null) : below), fits == Most);
    }

    private static FitLimit? Below(List<Pool> pools, Demand demand)
    {
        foreach (var pool in pools)
        {
            foreach (var (resource, amount) in demand.Resources)
            {
                if (pool.Of(resource) is { Capacity: not null } limit && limit.Free < amount) { return new(resource, pool.Id, null); }
            }
        }
        return null;
    }

    private static ShapeFit Fit(int fits, FleetSnapshot before, FleetSnapshot after, Demand demand, FitLimit? known)
    {
        var first = Scheduler.Place(before, demand, 0).Explain();
        var matching = first.Where(verdict => verdict.Lacks.All(IsOfRoom)).Select(verdict => verdict.Host).ToHashSet();
        var full = Scheduler.Place(after, demand, 0).Explain().Where(verdict => matching.Count == 0 || matching.Contains(verdict.Host));
        var refusals = full.Where(verdict => verdict.Refusal is not null).CountBy(verdict => verdict.Refusal!.Name)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        var limits = refusals.Where(pair => ClassOf(pair.Key) is not null)
            .ToDictionary(pair => ClassOf(pair.Key)!.Value, pair => pair.Value);
        var most = refusals.Count == 0 ? null : refusals[0].Key;
        var limit = known ?? new(most is null ? null : ClassOf(most), null, most is null || ClassOf(most) is not null ? null : most);
        return new(fits, matching.Count, first.Count(verdict => verdict.Rank is not null), limits, limit);
    }

    // Room, and who is there: what may be otherwise in a moment on a host of the kind.
    private static bool IsOfRoom(Check check) => check.Verdict != Verdict.Mismatch
        && Array.Exists(ofRoom, name => check.Name.StartsWith(name, StringComparison.Ordinal));

    private static ResourceClass? ClassOf(string check) =>
        check.StartsWith(ofRoom[0], StringComparison.Ordinal) ? ResourceClass.Parse(check[ofRoom[0].Length..]) : null;
}
