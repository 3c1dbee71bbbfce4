using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// How many more of some shapes fit into a fleet: counted by division, host by host, instead of placing one after another. The count of
/// one shape alone is exactly the number of placements that would succeed. That of whole rounds of several shapes is a number that surely
/// fits: each shape, the largest first, fills the hosts in the order of their ids; packing better might find room for more.
/// </summary>
public sealed class CapacityFit
{
    private readonly FleetSnapshot fleet;
    private readonly IReadOnlyList<Demand> demands;
    private readonly IReadOnlyList<Pool> chain;
    private readonly ResourceClass[] classes;
    private readonly FitShape[] shapes;
    private readonly IReadOnlyList<int> order;
    private readonly FitRoom now;

    /// <summary>Makes ready to count.</summary>
    /// <param name="fleet">The hosts at one moment.</param>
    /// <param name="demands">The shapes, one or more; each is <see cref="Countable"/>.</param>
    /// <param name="chain">The pools charged, innermost first.</param>
    public CapacityFit(FleetSnapshot fleet, IReadOnlyList<Demand> demands, IReadOnlyList<Pool> chain)
    {
        (this.fleet, this.demands, this.chain) = (fleet, demands, chain);
        classes = ClassesOf(demands);
        shapes = [.. demands.Select(demand => FitShape.Of(fleet, demand, classes))];
        order = LargestFirst.Of(fleet, [.. demands.Select(demand => demand.Resources)]);
        now = FitRoom.Of(fleet, classes, empty: false);
    }

    /// <summary>
    /// Whether division can count a demand: not where one placement changes more than amounts, as cores and NUMA nodes of one's own do,
    /// a group, a spread and a dedicated host; nor where it takes what is held for it.
    /// </summary>
    public static bool Countable(Demand demand) => demand is { Group: null, Spread: null, Reservation: null }
        && !demand.Numa.Asked && demand.Tenancy is not { Dedicated: true };

    /// <summary>How many of each shape fit alone.</summary>
    public IReadOnlyList<ShapeFit> Shapes() => [.. shapes.Select((shape, index) => FitOf(shape, demands[index]))];

    /// <summary>How many rounds of all shapes together fit.</summary>
    public long Rounds() => Rounds(now, shapes);

    /// <summary>What of each class no shape can use.</summary>
    public IReadOnlyList<StrandedAmount> Stranded()
    {
        var reach = new Demand { Resources = ResourceVector.Of((ResourceClass.Vcpu, 1)), Selectors = demands[0].Selectors };
        var within = FitShape.Of(fleet, reach, classes).Ways;
        var room = now.Copy();
        var free = Sums(room, within);
        foreach (var index in order) { Fill(room, shapes[index], long.MaxValue); }
        var left = Sums(room, within);
        return [.. classes.Select((resource, k) => new StrandedAmount(resource, free[k], left[k]))];
    }

    /// <summary>
    /// The hosts whose loss hurts the shapes most: those that hold most of them when empty, each shape by its share of what all hosts
    /// hold, added up; of equals the older. Their free room and the room that their VMs need elsewhere are both lost. Hosts that hold
    /// none are not among them.
    /// </summary>
    public IReadOnlyList<HostId> Largest(int count)
    {
        var (harm, empty) = (new double[fleet.Count], FitRoom.Of(fleet, classes, empty: true));
        foreach (var shape in shapes)
        {
            var room = empty.Copy();
            var held = Enumerable.Range(0, fleet.Count).Select(host => room.Take(shape, host, ResourceVector.MaxAmount)).ToArray();
            var all = Math.Max(1.0, held.Sum(each => (double)each));
            for (var host = 0; host < held.Length; host++) { harm[host] += held[host] / all; }
        }
        return [.. fleet.Hosts.Index().Where(pair => harm[pair.Index] > 0).OrderByDescending(pair => harm[pair.Index])
            .ThenBy(pair => pair.Item.Id).Take(count).Select(pair => pair.Item.Id)];
    }

    /// <summary>How it would be without some hosts, and whether the VMs that are on them find room on the others.</summary>
    /// <param name="lost">The hosts.</param>
    /// <param name="evacuees">What is on them, each demand with its number of VMs.</param>
    public LossFit Without(IReadOnlyList<HostId> lost, IReadOnlyList<(Demand Demand, long Count)> evacuees)
    {
        var gone = fleet.Hosts.Select(host => lost.Contains(host.Id)).ToArray();
        var left = shapes.Select(shape => shape.Without(gone)).ToArray();
        var fits = left.Select((shape, index) => Math.Min(InPools(demands[index]).Fits,
            Fill(now.Copy(), shape, long.MaxValue))).ToList();
        var (unplaced, after) = Evacuate(gone, evacuees);
        return new(lost, fits, Rounds(now, left), unplaced, unplaced == 0 ? after : 0);
    }

    private (long Unplaced, long RoundsAfter) Evacuate(bool[] gone, IReadOnlyList<(Demand Demand, long Count)> evacuees)
    {
        var all = ClassesOf([.. demands, .. evacuees.Select(group => group.Demand)]);
        var room = FitRoom.Of(fleet, all, empty: false);
        var unplaced = 0L;
        foreach (var index in LargestFirst.Of(fleet, [.. evacuees.Select(group => group.Demand.Resources)]))
        {
            var (demand, count) = evacuees[index];
            unplaced += count - Fill(room, FitShape.Of(fleet, demand, all).Without(gone), count);
        }
        return (unplaced, Rounds(room, [.. demands.Select(demand => FitShape.Of(fleet, demand, all).Without(gone))]));
    }

    private ShapeFit FitOf(FitShape shape, Demand demand)
    {
        var room = now.Copy();
        var (fits, matching, fitting, limits) = (0L, 0, 0, new SortedDictionary<ResourceClass, int>());
        for (var host = 0; host < shape.Ways.Length; host++)
        {
            if (shape.Ways[host] == FitWays.None) { continue; }
            var here = room.Take(shape, host, ResourceVector.MaxAmount);
            (fits, matching, fitting) = (fits + here, matching + 1, fitting + (here > 0 ? 1 : 0));
            var scarcest = room.Scarcest(shape, host);
            limits[scarcest] = limits.GetValueOrDefault(scarcest) + 1;
        }
        var (allowed, below) = InPools(demand);
        var limit = below is not null && allowed <= fits ? below
            : matching == 0 ? new(null, null, Refusing(demand))
            : new FitLimit(limits.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key, null, null);
        return new(Math.Min(fits, allowed), matching, fitting, limits, limit);
    }

    // In words, for which the scheduler is asked: only where not one host is of the kind.
    private string? Refusing(Demand demand) => Scheduler.Place(fleet, demand, 0).Refusals()
        .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).FirstOrDefault();

    private (long Fits, FitLimit? Limit) InPools(params IReadOnlyList<Demand> together)
    {
        var (fits, limit) = (long.MaxValue, (FitLimit?)null);
        foreach (var resource in classes)
        {
            var amount = together.Sum(demand => demand.Resources[resource]);
            foreach (var pool in chain)
            {
                if (amount == 0 || pool.Of(resource) is not { Capacity: not null } bound || bound.Free / amount >= fits) { continue; }
                (fits, limit) = (bound.Free / amount, new(resource, pool.Id, null));
            }
        }
        return (fits, limit);
    }

    private long Rounds(FitRoom room, FitShape[] of)
    {
        var (sure, beyond) = (0L, InPools(demands).Fits);
        foreach (var shape in of) { beyond = Math.Min(beyond, Fill(room.Copy(), shape, long.MaxValue)); }
        if (of.Length == 1) { return beyond; }
        beyond++;
        while (beyond - sure > 1)
        {
            var middle = sure + ((beyond - sure) / 2);
            if (Holds(room.Copy(), of, middle)) { sure = middle; } else { beyond = middle; }
        }
        return sure;
    }

    private bool Holds(FitRoom room, FitShape[] of, long rounds)
    {
        foreach (var index in order)
        {
            if (Fill(room, of[index], rounds) < rounds) { return false; }
        }
        return true;
    }

    private static long Fill(FitRoom room, FitShape shape, long most)
    {
        var taken = 0L;
        for (var host = 0; host < shape.Ways.Length && taken < most; host++)
        {
            taken += room.Take(shape, host, Math.Min(most - taken, ResourceVector.MaxAmount));
        }
        return taken;
    }

    private long[] Sums(FitRoom room, FitWays[] within)
    {
        var sums = new long[classes.Length];
        for (var host = 0; host < within.Length; host++)
        {
            for (var k = 0; k < sums.Length && within[host] != FitWays.None; k++) { sums[k] += room.Left(host, k); }
        }
        return sums;
    }

    private static ResourceClass[] ClassesOf(IEnumerable<Demand> demands) =>
        [.. demands.SelectMany(demand => demand.Resources.Select(pair => pair.Key)).Distinct().Order()];
}
