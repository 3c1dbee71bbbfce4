namespace ControlPlane.Core.Scheduling;

/// <summary>
/// What all hosts of a fleet have and have promised, by the number of the class: the measure of what is usual in it. Whole numbers, so
/// that it does not matter in what order hosts came and changed. Immutable.
/// </summary>
internal sealed class FleetTotals
{
    internal static readonly FleetTotals None = new([]);

    private readonly (long Hosts, long Capacity, long Used)[] sums;
    private readonly (float Used, float PerHost)[] means;

    private FleetTotals((long Hosts, long Capacity, long Used)[] sums)
    {
        this.sums = sums;
        means = new (float, float)[sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            var (hosts, capacity, used) = sums[i];
            if (capacity > 0) { means[i] = ((float)(used / (double)capacity), (float)(hosts / (double)capacity)); }
        }
    }

    /// <summary>The promised share of all there is of a class; one of the class as a share of a host's average of it.</summary>
    internal (float Used, float PerHost) Of(int id) => means[id];

    /// <summary>This with a host in the place of another; either may be null.</summary>
    internal FleetTotals With(HostSnapshot? gone, HostSnapshot? come, FleetTerms terms)
    {
        var changed = new (long Hosts, long Capacity, long Used)[terms.Classes];
        sums.CopyTo(changed, 0);
        if (gone is not null) { Add(changed, gone, terms, -1); }
        if (come is not null) { Add(changed, come, terms, 1); }
        return new(changed);
    }

    internal static FleetTotals Of(ReadOnlySpan<HostSnapshot> hosts, FleetTerms terms)
    {
        var sums = new (long Hosts, long Capacity, long Used)[terms.Classes];
        foreach (var host in hosts) { Add(sums, host, terms, 1); }
        return new(sums);
    }

    private static void Add((long Hosts, long Capacity, long Used)[] sums, HostSnapshot host, FleetTerms terms, int sign)
    {
        foreach (var (resource, amount) in host.Capacity)
        {
            ref var sum = ref sums[terms.IdOf(resource)];
            sum = (sum.Hosts + sign, sum.Capacity + (sign * amount), sum.Used + (sign * host.Used[resource]));
        }
    }
}
