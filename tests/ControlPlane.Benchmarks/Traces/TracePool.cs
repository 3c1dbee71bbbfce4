using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>
/// A pool of a trace's hosts, decided on by the product's scheduler. Hosts are ages 1, 2, … in the order of the file. GPUs are two custom
/// classes: thousandths of GPUs, and GPUs that nobody has yet; a host has a trait for each size of share for which one of its shared GPUs
/// still has a gap. A share goes to such a host, and opens a GPU of its own only where there is none.
/// </summary>
internal sealed class TracePool
{
    internal static readonly ResourceClass GpuMilli = ResourceClass.Parse("gpu-milli");
    internal static readonly ResourceClass Gpu = ResourceClass.Parse("gpu");

    private readonly TraceTerms terms;
    private readonly Dictionary<HostId, int[]> gaps = [];
    private readonly Dictionary<string, (HostId Host, ResourceVector Amounts)> held = [];
    private readonly int[] shares;

    internal TracePool(IEnumerable<TraceHost> hosts, TraceTerms terms, IEnumerable<TraceEvent> events)
    {
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
    internal Demand DemandOf(TraceEvent create, bool opens) => new()
    {
        Resources = AmountsOf(create, opens), Algorithm = terms.Algorithm,
        RequiredTraits = create.SharesGpu && !opens ? [Trait(create.GpuMilli)] : [],
    };

    /// <summary>All amounts of a create, those of its GPUs among them.</summary>
    internal ResourceVector AmountsOf(TraceEvent create, bool opens)
    {
        var whole = !create.SharesGpu ? create.Gpus : opens ? 1 : 0;
        return ResourceVector.Of(
            (ResourceClass.Vcpu, terms.CpuMilli ? create.CpuMilli : create.Vcpus), (ResourceClass.MemoryMiB, create.MemoryMiB),
            (GpuMilli, (long)create.Gpus * create.GpuMilli), (Gpu, whole));
    }

    /// <summary>Puts it on the host that was chosen.</summary>
    internal void Take(TraceEvent create, HostId id, Demand demand)
    {
        held[create.Vm] = (id, demand.Resources);
        var host = Fleet.Find(id)!;
        host = host with { Used = host.Used.Plus(demand.Resources) };
        if (create.Gpus > 0) { host = host with { Traits = Cut(gaps[id], create, demand.RequiredTraits.Count == 0) }; }
        Fleet = Fleet.With(host);
    }

    /// <summary>Takes it away; false when it never was there. GPUs do not come back: no trace with GPUs has deletes.</summary>
    internal bool Remove(string vm, out HostSnapshot left, out ResourceVector amounts)
    {
        (left, amounts) = (null!, ResourceVector.Empty);
        if (!held.Remove(vm, out var gone)) { return false; }
        var host = Fleet.Find(gone.Host)!;
        if (gaps.ContainsKey(gone.Host)) { throw new NotSupportedException("a trace with GPUs and deletes"); }
        left = host with { Used = host.Used.Beyond(gone.Amounts) };
        amounts = gone.Amounts;
        Fleet = Fleet.With(left);
        return true;
    }

    private HostSnapshot SnapshotOf(TraceHost host, int age) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = host.Name, State = HostState.Ready, Driver = HostDriver.Simulated,
        Capacity = ResourceVector.Of(
            (ResourceClass.Vcpu, terms.CpuMilli ? host.Vcpus * 1000 : host.Vcpus), (ResourceClass.MemoryMiB, host.MemoryMiB),
            (GpuMilli, host.Gpus * 1000L), (Gpu, host.Gpus)),
        Used = ResourceVector.Empty,
    };

    // Whole GPUs come from those nobody has; a share from the tightest gap, or from one nobody has. Gives the traits of what is left.
    private string[] Cut(int[] rooms, TraceEvent create, bool opens)
    {
        for (var count = 0; count < create.Gpus; count++)
        {
            var fitting = rooms.Select((room, index) => (Room: room, Index: index))
                .Where(gap => opens ? gap.Room == 1000 : gap.Room < 1000 && gap.Room >= create.GpuMilli);
            rooms[fitting.Min().Index] -= create.GpuMilli;
        }
        var widest = rooms.Where(room => room < 1000).DefaultIfEmpty(0).Max();
        return [.. shares.Where(share => share <= widest).Select(Trait)];
    }

    private static string Trait(int share) => $"gpu-gap-{share}";
}
