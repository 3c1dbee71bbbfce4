using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>
/// A pool of a trace's hosts, decided on by the product's scheduler. Hosts are ages 1, 2, … in the order of the file. GPUs are a custom
/// class, in thousandths. What one GPU can hold is said by traits, which follow: how many GPUs of a host nobody has yet, and for which
/// sizes of share a shared one has a gap, tight or any. A share goes into a tight gap, else into any, and opens a GPU only where there is none.
/// </summary>
internal sealed class TracePool
{
    internal static readonly ResourceClass GpuMilli = ResourceClass.Parse("gpu-milli");

    /// <summary>The ways to ask for a GPU, in order of preference.</summary>
    internal static IReadOnlyList<GpuWay> WaysOf(TraceEvent create) =>
        create.SharesGpu ? [GpuWay.TightGap, GpuWay.AnyGap, GpuWay.Unshared] : [GpuWay.Unshared];

    // Of a GPU: what is left beside a share in a tight gap is at most this.
    private const int Tight = 60;

    private readonly TraceTerms terms;
    private readonly Dictionary<HostId, int[]> gaps = [];
    private readonly Dictionary<string, (HostId Host, ResourceVector Amounts, Occupant Vm)> held = [];
    private readonly Dictionary<HostId, string[]> racks = [];
    private readonly TraceNodes nodes = new();
    private readonly TraceGroups groups = new();
    private readonly int[] shares;
    private readonly Lifetimes? lifetimes;

    internal TracePool(IEnumerable<TraceHost> hosts, TraceTerms terms, IEnumerable<TraceEvent> events, Lifetimes lifetimes)
    {
        this.lifetimes = terms.Lifetimes ? lifetimes : null;
        this.terms = terms;
        shares = [.. events.Where(each => each.SharesGpu).Select(each => each.GpuMilli).Distinct().Order()];
        var snapshots = hosts.Select((host, index) => SnapshotOf(host, index + 1)).ToList();
        foreach (var (host, snapshot) in hosts.Zip(snapshots).Where(pair => pair.First.Gpus > 0))
        {
            gaps[snapshot.Id] = [.. Enumerable.Repeat(1000, host.Gpus)];
        }
        Fleet = FleetSnapshot.Of(snapshots);
    }

    /// <summary>The hosts as they are.</summary>
    internal FleetSnapshot Fleet { get; private set; }

    /// <summary>What it asks for.</summary>
    internal Demand DemandOf(TraceEvent create, GpuWay way) => new()
    {
        Resources = ResourceVector.Of(
            (ResourceClass.Vcpu, terms.CpuMilli ? create.CpuMilli : create.Vcpus), (ResourceClass.MemoryMiB, create.MemoryMiB),
            (GpuMilli, (long)create.Gpus * create.GpuMilli)),
        Algorithm = terms.Algorithm, ExpectedLifetimeSeconds = lifetimes?.Of(create), DecidedAt = Moment(create.Time),
        RequiredTraits = create.Gpus == 0 ? [] : [Trait(way, way == GpuWay.Unshared ? create.Gpus : create.GpuMilli)],
        ForbiddenTraits = groups.ForbiddenTo(create), Group = groups.RuleOf(create), Numa = nodes.TermsOf(create),
    };

    /// <summary>Puts it on the host that was chosen.</summary>
    internal void Take(TraceEvent create, HostId id, Demand demand, GpuWay way)
    {
        DateTimeOffset? end = lifetimes is null ? null : Moment(lifetimes.EndOf(create));
        var vm = new Occupant(default, demand.Group?.Group, null) { ExpectedEnd = end };
        held[create.Vm] = (id, demand.Resources, vm);
        var host = Fleet.Find(id)!;
        host = host with { Used = host.Used.Plus(demand.Resources), Occupancy = host.Occupancy.Plus(vm), Nodes = nodes.Take(id, demand) };
        if (create.Gpus > 0) { host = host with { Traits = [.. racks[id], .. Cut(gaps[id], create, way)] }; }
        Fleet = Fleet.With(host);
        groups.Follow(create, host);
    }

    /// <summary>How many groups are not as their policy says.</summary>
    internal int BrokenGroups => groups.Broken();

    /// <summary>Takes it away; false when it never was there. GPUs and nodes do not come back: no trace with them has deletes.</summary>
    internal bool Remove(string vm, out HostSnapshot left, out ResourceVector amounts)
    {
        (left, amounts) = (null!, ResourceVector.Empty);
        if (!held.Remove(vm, out var gone)) { return false; }
        var host = Fleet.Find(gone.Host)!;
        if (gaps.ContainsKey(gone.Host) || nodes.Knows(gone.Host)) { throw new NotSupportedException("deletes, with GPUs or nodes"); }
        left = host with { Used = host.Used.Beyond(gone.Amounts), Occupancy = host.Occupancy.Minus(gone.Vm) };
        amounts = gone.Amounts;
        Fleet = Fleet.With(left);
        return true;
    }

    private HostSnapshot SnapshotOf(TraceHost host, int age)
    {
        var rack = TraceGroups.TraitsOf(host.Rack);
        var snapshot = new HostSnapshot
        {
            Id = new(new Guid(age, 0, 0, new byte[8])), Name = host.Name, State = HostState.Active, Driver = HostDriver.Simulated,
            Capacity = ResourceVector.Of(
                (ResourceClass.Vcpu, CpuOf(host.Vcpus)), (ResourceClass.MemoryMiB, host.MemoryMiB), (GpuMilli, host.Gpus * 1000L)),
            Used = ResourceVector.Empty, Labels = TraceGroups.LabelsOf(host.Rack),
            Traits = [.. rack, .. TraitsOf([.. Enumerable.Repeat(1000, host.Gpus)])],
        };
        racks[snapshot.Id] = rack;
        var its = host.Nodes.Select(node => new HostNodeTerms(CpuOf(node.Vcpus), node.MemoryMiB));
        return snapshot with { Nodes = nodes.Add(snapshot, [.. its]) };
    }

    private long CpuOf(long vcpus) => terms.CpuMilli ? vcpus * 1000 : vcpus;

    // Takes it from the tightest gap, or from GPUs that nobody has; gives the traits of what is left.
    private string[] Cut(int[] rooms, TraceEvent create, GpuWay way)
    {
        for (var count = 0; count < create.Gpus; count++)
        {
            var fitting = rooms.Select((room, index) => (Room: room, Index: index))
                .Where(gap => way == GpuWay.Unshared ? gap.Room == 1000 : gap.Room < 1000 && gap.Room >= create.GpuMilli);
            rooms[fitting.Min().Index] -= create.GpuMilli;
        }
        return TraitsOf(rooms);
    }

    private string[] TraitsOf(int[] rooms)
    {
        var gaps = rooms.Where(room => room < 1000).ToList();
        return [.. Enumerable.Range(1, rooms.Count(room => room == 1000)).Select(count => Trait(GpuWay.Unshared, count)),
            .. shares.Where(share => gaps.Any(gap => gap >= share)).Select(share => Trait(GpuWay.AnyGap, share)),
            .. shares.Where(share => gaps.Any(gap => gap >= share && gap <= share + Tight)).Select(share => Trait(GpuWay.TightGap, share))];
    }

    private static DateTimeOffset Moment(long seconds) => DateTimeOffset.UnixEpoch.AddYears(1).AddSeconds(seconds);

    private static string Trait(GpuWay way, int amount) => $"gpu-{way}-{amount}";
}
