using System.Diagnostics;
using System.Globalization;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>
/// One replay by the rules of a comparable one: rows in file order, one decision for each create, no look-ahead, a create that fits
/// nowhere is rejected and forgotten. Lifetimes are read for the figures alone.
/// </summary>
internal sealed class TraceReplay
{
    private readonly TraceTerms terms;
    private readonly Lifetimes lifetimes;
    private readonly TracePool pool;
    private readonly int hosts;
    private readonly ResourceVector capacity;
    private readonly Dictionary<ResourceClass, long> used = [];
    private readonly Dictionary<ResourceClass, long> peak = [];
    private readonly List<long> ticks = [];
    private readonly SortedDictionary<string, (int Asked, int Rejected)> ruled = new(StringComparer.Ordinal);
    private FleetSnapshot fullest;
    private int placed;
    private int rejected;
    private int rejectedEights;
    private double lost;
    private double asked;
    private int busy;
    private long clock;
    private double busySeconds;
    private (int Placed, Dictionary<string, double> Used)? first;
    private double? firstEight;
    private ulong decisions = 14695981039346656037;

    internal TraceReplay(IReadOnlyList<TraceEvent> events, IReadOnlyList<TraceHost> all, int count, TraceTerms terms, Lifetimes lifetimes)
    {
        (this.terms, this.lifetimes, hosts) = (terms, lifetimes, count);
        pool = new TracePool(all.Take(count), terms, events, lifetimes);
        fullest = pool.Fleet;
        capacity = pool.Fleet.Hosts.Aggregate(ResourceVector.Empty, (sum, host) => sum.Plus(host.Capacity));
    }

    /// <summary>Replays all, or until the first rejection; false when there was one.</summary>
    internal bool Run(IEnumerable<TraceEvent> events, bool untilRejection)
    {
        foreach (var each in events)
        {
            busySeconds += busy * (double)(each.Time - clock);
            clock = each.Time;
            if (!each.Creates) { Delete(each); continue; }
            Create(each);
            if (untilRejection && rejected > 0) { return false; }
        }
        return rejected == 0;
    }

    /// <summary>What came out.</summary>
    internal TraceResult Result()
    {
        ticks.Sort();
        return new()
        {
            Trace = Path.Combine(Path.GetFileName(Path.TrimEndingDirectorySeparator(terms.Folder)), terms.Events), HostsFile = terms.Hosts,
            Algorithm = terms.Algorithm.ToString(), Hosts = hosts, LifetimesGiven = terms.Lifetimes, Placed = placed, Rejected = rejected,
            RejectedPercent = Percent(rejected, placed + rejected), LostCpuTimePercent = Percent(lost, asked),
            PlacedBeforeFirstRejection = first?.Placed, UsedAtFirstRejectionPercent = first?.Used,
            PeakUsedPercent = Shares(peak), EndUsedPercent = Shares(used), StrandedPercent = Stranded(),
            Grouped = ruled.Values.Sum(each => each.Asked),
            GroupedRejected = ruled.ToDictionary(pair => pair.Key, pair => pair.Value.Rejected),
            GroupedRejectedPercent = Percent(ruled.Values.Sum(each => each.Rejected), ruled.Values.Sum(each => each.Asked)),
            BrokenGroups = pool.BrokenGroups, RejectedEightGpus = rejectedEights, GpusUsedAtFirstRejectedEightPercent = firstEight,
            HostSecondsInUse = busySeconds, EmptyHostsPercent = Percent((hosts * (double)clock) - busySeconds, hosts * (double)clock),
            Decisions = decisions.ToString("x16", CultureInfo.InvariantCulture), DecisionsPerSecond = Math.Round(ticks.Count / Stopwatch.GetElapsedTime(0, ticks.Sum()).TotalSeconds),
            P50Microseconds = Microseconds(0.5), P99Microseconds = Microseconds(0.99),
        };
    }

    private void Create(TraceEvent create)
    {
        var weight = create.Vcpus * (double)lifetimes.Of(create);
        asked += weight;
        if (TraceGroups.Ruled(create)) { CountRuled(create, (1, 0)); }
        foreach (var way in TracePool.WaysOf(create))
        {
            var demand = pool.DemandOf(create, way);
            if (Decide(demand) is { } host) { Take(create, host, demand, way); return; }
        }
        Reject(create, weight);
    }

    private void Take(TraceEvent create, HostId host, Demand demand, GpuWay way)
    {
        if (pool.Fleet.Find(host)!.Used.Count == 0) { busy++; }
        pool.Take(create, host, demand, way);
        placed++;
        Count(demand.Resources, 1);
    }

    private void CountRuled(TraceEvent create, (int Asked, int Rejected) more)
    {
        var (had, refused) = ruled.GetValueOrDefault(create.Policy);
        ruled[create.Policy] = (had + more.Asked, refused + more.Rejected);
    }

    private HostId? Decide(Demand demand)
    {
        var start = Stopwatch.GetTimestamp();
        var choice = Scheduler.Choose(pool.Fleet, demand, 0);
        ticks.Add(Stopwatch.GetTimestamp() - start);
        Note(choice.Best?.Host);
        return choice.Best?.Host;
    }

    // FNV-1a (Fowler, Noll, Vo), over the ids of the hosts, and zeros where there is none.
    private void Note(HostId? host)
    {
        Span<byte> id = stackalloc byte[16];
        (host?.Value ?? Guid.Empty).TryWriteBytes(id);
        foreach (var part in id) { decisions = (decisions ^ part) * 1099511628211; }
    }

    private void Delete(TraceEvent gone)
    {
        if (!pool.Remove(gone.Vm, out var left, out var amounts)) { return; }
        if (left.Used.Count == 0) { busy--; }
        Count(amounts, -1);
    }

    private void Count(ResourceVector amounts, int sign)
    {
        foreach (var (resource, amount) in amounts)
        {
            used[resource] = used.GetValueOrDefault(resource) + (sign * amount);
            if (used[resource] <= peak.GetValueOrDefault(resource)) { continue; }
            peak[resource] = used[resource];
            if (resource == ResourceClass.Vcpu) { fullest = pool.Fleet; }
        }
    }

    private void Reject(TraceEvent create, double weight)
    {
        rejected++;
        lost += weight;
        if (TraceGroups.Ruled(create)) { CountRuled(create, (0, 1)); }
        first ??= (placed, Shares(used));
        if (create.Gpus != 8) { return; }
        rejectedEights++;
        firstEight ??= Shares(used).GetValueOrDefault(TracePool.GpuMilli.ToString());
    }

    // With the trace's own memory for each vCPU, what of either cannot be used for want of the other.
    private Dictionary<string, double> Stranded()
    {
        var (ratio, cpu, memory) = (lifetimes.MemoryForCpu(terms.CpuMilli), 0.0, 0.0);
        foreach (var host in fullest.Hosts)
        {
            var freeCpu = host.Capacity[ResourceClass.Vcpu] - host.Used[ResourceClass.Vcpu];
            var freeMemory = host.Capacity[ResourceClass.MemoryMiB] - host.Used[ResourceClass.MemoryMiB];
            cpu += Math.Max(0, freeCpu - (freeMemory / ratio));
            memory += Math.Max(0, freeMemory - (freeCpu * ratio));
        }
        return new() { ["vcpu"] = Percent(cpu, capacity[ResourceClass.Vcpu]), ["memoryMiB"] = Percent(memory, capacity[ResourceClass.MemoryMiB]) };
    }

    private Dictionary<string, double> Shares(Dictionary<ResourceClass, long> amounts) =>
        amounts.OrderBy(pair => pair.Key).ToDictionary(pair => pair.Key.ToString(), pair => Percent(pair.Value, capacity[pair.Key]));

    private double Microseconds(double share) =>
        ticks.Count == 0 ? 0 : Math.Round(Stopwatch.GetElapsedTime(0, ticks[(int)(share * (ticks.Count - 1))]).TotalMicroseconds, 1);

    private static double Percent(double part, double whole) => whole == 0 ? 0 : Math.Round(100 * part / whole, 3);
}
