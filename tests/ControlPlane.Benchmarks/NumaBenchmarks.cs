using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Benchmarks;

/// <summary>
/// One decision that asks for NUMA nodes or for pinned cores, beside the same one that asks for neither, on one fleet of hosts with two
/// nodes each: the four take turns, so that the ratios hold whatever the machine does meanwhile.
/// </summary>
internal static class NumaBenchmarks
{
    private const int Rounds = 2_000;

    public static void Run()
    {
        foreach (var hosts in new[] { 1_000, 10_000, 100_000 })
        {
            var fleet = FleetSnapshot.Of(Enumerable.Range(1, hosts).Select(HostOf));
            Measure(fleet, Math.Max(50, 2_000_000 / hosts));
            Console.WriteLine(JsonSerializer.Serialize(Measure(fleet, Rounds)));
        }
    }

    private static object Measure(FleetSnapshot fleet, int rounds)
    {
        Demand[] demands = [DemandOf(default), DemandOf(new(1, false)), DemandOf(new(2, false)), DemandOf(new(0, true))];
        var times = demands.Select(_ => new long[rounds]).ToArray();
        var bytes = 0L;
        for (var round = 0; round < rounds; round++)
        {
            for (var which = 0; which < demands.Length; which++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                Scheduler.Choose(fleet, demands[which], (ulong)round);
                times[which][round] = Stopwatch.GetTimestamp() - start;
                bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        var medians = times.Select(Median).ToArray();
        return new
        {
            benchmark = "numa", hosts = fleet.Count, decisions = rounds, bytesPerDecision = bytes / (double)(rounds * demands.Length),
            p50Microseconds = new { none = medians[0], oneNode = medians[1], twoNodes = medians[2], pinned = medians[3] },
            ratio = new { oneNode = Ratio(1), twoNodes = Ratio(2), pinned = Ratio(3) },
        };

        double Ratio(int which) => Math.Round(medians[which] / medians[0], 2);
    }

    private static double Median(long[] ticks) =>
        Math.Round(Stopwatch.GetElapsedTime(0, ticks.Order().ElementAt(ticks.Length / 2)).TotalMicroseconds, 1);

    private static Demand DemandOf(NumaTerms numa) => new()
    {
        Resources = ResourceVector.Of((ResourceClass.Vcpu, 6), (ResourceClass.MemoryMiB, 16_384), (ResourceClass.DiskGiB, 20)),
        Engine = EngineChoice.Any, Numa = numa, Architecture = CpuArchitecture.X86_64, CpuFeatures = ["avx2"],
    };

    // Nodes are between empty and full: about every other host has a node with room, about every third has two.
    private static HostSnapshot HostOf(int age) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated,
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, 64), (ResourceClass.MemoryMiB, 262_144), (ResourceClass.DiskGiB, 4_000)),
        Used = ResourceVector.Of(
            (ResourceClass.Vcpu, 1 + (age * 7 % 50)), (ResourceClass.MemoryMiB, 1 + (age * 131 % 200_000)), (ResourceClass.DiskGiB, 40)),
        Engines = [new(EngineKind.Software, true, "", ResourceVector.Empty, ResourceVector.Empty)],
        Cores = 64, FreeCores = age % 20, Nodes = [NodeOf(0, age * 5 % 12), NodeOf(1, age * 7 % 11)],
        Platform = new() { CpuFeatures = age % 3 == 0 ? ["sse4_2"] : ["avx2", "sse4_2"] },
    };

    private static NodeSnapshot NodeOf(int number, long free) => new()
    {
        Number = number, Cores = 32, Vcpus = 32, MemoryMiB = 131_072, FreeCores = free, FreeVcpus = free, FreeMemoryMiB = 4_096 * free,
    };
}
