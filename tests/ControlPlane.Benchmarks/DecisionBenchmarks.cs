using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Benchmarks;

/// <summary>
/// One decision over fleets of several sizes in this process, on one thread, with every filter in use, also for the first of a group that
/// has to stay in one rack; and one change of the fleet.
/// </summary>
internal static class DecisionBenchmarks
{
    private const int Rounds = 2_000;
    private const int WarmUp = 50_000_000;

    // Nobody of it is ever anywhere: each is the first.
    private static readonly GroupRule together =
        new(default, "web", AffinityPolicy.Affinity, Strictness.Hard, FailureDomain.Parse("label:rack"));

    public static void Run(PlacementAlgorithm algorithm)
    {
        foreach (var hosts in new[] { 1_000, 10_000, 100_000 })
        {
            var fleet = FleetSnapshot.Of(Enumerable.Range(1, hosts).Select(HostOf));
            foreach (var first in new[] { null, together })
            {
                for (var decisions = 0; decisions < WarmUp / hosts; decisions += Rounds) { Decide(fleet, algorithm, Rounds, first); }
                Console.WriteLine(JsonSerializer.Serialize(Decide(fleet, algorithm, Rounds, first)));
            }
        }
    }

    private static object Decide(FleetSnapshot fleet, PlacementAlgorithm algorithm, int rounds, GroupRule? first)
    {
        var times = new long[rounds];
        var changes = new long[rounds];
        var bytes = 0L;
        for (var round = 0; round < rounds; round++)
        {
            var demand = DemandOf(round, algorithm) with { Group = first };
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            var choice = Scheduler.Choose(fleet, demand, (ulong)round);
            times[round] = Stopwatch.GetTimestamp() - start;
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            var host = fleet.Find(choice.Best!.Value.Host)!;
            var claimed = host with { Used = host.Used.Plus(demand.Resources) };
            start = Stopwatch.GetTimestamp();
            fleet = fleet.With(claimed);
            changes[round] = Stopwatch.GetTimestamp() - start;
        }
        return new
        {
            benchmark = "decide", algorithm = algorithm.ToString(), hosts = fleet.Count, firstOfGroup = first is not null, decisions = rounds,
            p50Microseconds = Microseconds(times, 0.5), p99Microseconds = Microseconds(times, 0.99),
            bytesPerDecision = bytes / (double)rounds, changeP50Microseconds = Microseconds(changes, 0.5),
        };
    }

    private static double Microseconds(long[] ticks, double share)
    {
        var sorted = ticks.Order().ToArray();
        return Math.Round(Stopwatch.GetElapsedTime(0, sorted[(int)(share * (sorted.Length - 1))]).TotalMicroseconds, 1);
    }

    private static Demand DemandOf(int round, PlacementAlgorithm algorithm) => new()
    {
        Resources = ResourceVector.Of(
            (ResourceClass.Vcpu, 1 << (round % 4)), (ResourceClass.MemoryMiB, 2048 << (round % 5)), (ResourceClass.DiskGiB, 20)),
        Engine = EngineChoice.Any, Algorithm = algorithm, HostLabels = new Dictionary<string, string> { ["disk"] = "ssd" },
        RequiredTraits = ["avx2"], Selectors = [new HostSelector { Zone = "z1" }], Zone = "z1",
    };

    // Two of three hosts are of the kind that is asked for; all are about half used.
    private static HostSnapshot HostOf(int age) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated,
        Zone = age % 3 == 0 ? "z2" : "z1", Labels = new Dictionary<string, string> { ["disk"] = "ssd", ["rack"] = $"r{age / 40}" },
        Traits = ["avx2", "tpm"],
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, 64), (ResourceClass.MemoryMiB, 262_144), (ResourceClass.DiskGiB, 4_000)),
        Used = ResourceVector.Of(
            (ResourceClass.Vcpu, 1 + (age * 7 % 50)), (ResourceClass.MemoryMiB, 1 + (age * 131 % 200_000)), (ResourceClass.DiskGiB, 40)),
        Engines =
        [
            new(EngineKind.Hardware, age % 5 != 0, "", ResourceVector.Empty, ResourceVector.Empty),
            new(EngineKind.Software, true, "", ResourceVector.Empty, ResourceVector.Empty),
        ],
    };
}
