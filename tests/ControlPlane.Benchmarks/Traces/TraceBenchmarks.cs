using System.Text.Json;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>Replays recorded traces on the product's engine and prints one line of JSON.</summary>
internal static class TraceBenchmarks
{
    private static readonly JsonSerializerOptions lines = new(JsonSerializerDefaults.Web);

    /// <summary>How far beyond the fewest hosts that pass a search looks for counts that do not, in percent of the volume bound.</summary>
    private const int Margin = 1;

    internal static void Run(IReadOnlyList<string> words)
    {
        var terms = TraceTerms.Parse(words);
        var events = TraceFolder.ReadEvents(Path.Combine(terms.Folder, terms.Events));
        var hosts = TraceFolder.ReadHosts(Path.Combine(terms.Folder, terms.Hosts));
        var lifetimes = new Lifetimes(events);
        if (terms.Search)
        {
            Console.WriteLine(JsonSerializer.Serialize(Search(events, hosts, terms, lifetimes), lines));
            return;
        }
        var replay = new TraceReplay(events, hosts, Math.Min(terms.Count ?? hosts.Count, hosts.Count), terms, lifetimes);
        replay.Run(events, untilRejection: false);
        Console.WriteLine(JsonSerializer.Serialize(replay.Result(), lines));
    }

    // Fewer hosts can pass where more do not: every count is tried, from the bound on, until a margin of counts in a row has passed.
    private static object Search(List<TraceEvent> events, List<TraceHost> hosts, TraceTerms terms, Lifetimes lifetimes)
    {
        var bound = Bound(events, hosts, terms);
        var margin = Math.Max(5, bound * Margin / 100);
        var (smallest, from) = ((int?)null, (int?)null);
        for (var count = bound; count <= hosts.Count; count++)
        {
            var passes = new TraceReplay(events, hosts, count, terms, lifetimes).Run(events, untilRejection: true);
            if (!passes) { from = null; continue; }
            smallest ??= count;
            from ??= count;
            if (count - from >= margin) { break; }
        }
        return new
        {
            trace = terms.Events, hostsFile = terms.Hosts, algorithm = terms.Algorithm.ToString(), volumeBound = bound,
            smallestThatPasses = smallest, smallestRatio = Ratio(smallest, bound), passesFrom = from, passesFromRatio = Ratio(from, bound),
            triedBeyond = margin,
        };
    }

    private static double? Ratio(int? hosts, int bound) => hosts is { } count ? Math.Round(count / (double)bound, 4) : null;

    // The fewest first hosts whose sum reaches the most that was wanted at once, class by class.
    private static int Bound(List<TraceEvent> events, List<TraceHost> hosts, TraceTerms terms)
    {
        var (alive, now, most) = (new Dictionary<string, TraceEvent>(), default(Sum), default(Sum));
        foreach (var each in events)
        {
            if (each.Creates) { alive[each.Vm] = each; now = now.Plus(each, 1, terms.CpuMilli); most = most.Max(now); continue; }
            if (alive.Remove(each.Vm, out var gone)) { now = now.Plus(gone, -1, terms.CpuMilli); }
        }
        var (count, have) = (0, default(Sum));
        while (count < hosts.Count && !have.Covers(most))
        {
            var host = hosts[count++];
            have = new(have.Cpu + (terms.CpuMilli ? host.Vcpus * 1000 : host.Vcpus), have.MemoryMiB + host.MemoryMiB, have.Gpu + (host.Gpus * 1000L));
        }
        return count;
    }

    private readonly record struct Sum(long Cpu, long MemoryMiB, long Gpu)
    {
        internal Sum Plus(TraceEvent vm, int sign, bool milli) => new(Cpu + (sign * (milli ? vm.CpuMilli : vm.Vcpus)),
            MemoryMiB + (sign * vm.MemoryMiB), Gpu + (sign * (long)vm.Gpus * vm.GpuMilli));

        internal Sum Max(Sum other) => new(Math.Max(Cpu, other.Cpu), Math.Max(MemoryMiB, other.MemoryMiB), Math.Max(Gpu, other.Gpu));

        internal bool Covers(Sum other) => Cpu >= other.Cpu && MemoryMiB >= other.MemoryMiB && Gpu >= other.Gpu;
    }
}
