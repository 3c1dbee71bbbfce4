using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Benchmarks;

/// <summary>A plan of each goal for a skewed cluster in this process: what it gains, with how many moves, and how long planning takes.</summary>
internal static class RebalanceBenchmarks
{
    private const int VmsPerHost = 10;
    private static readonly PoolId pool = new(new Guid(1, 0, 0, new byte[8]));

    public static void Run()
    {
        foreach (var (hosts, moves) in new[] { (200, 100), (200, 1_000), (1_000, 1_000) })
        {
            foreach (var goal in Enum.GetValues<RebalanceGoal>()) { Console.WriteLine(JsonSerializer.Serialize(Plan(hosts, goal, moves))); }
        }
    }

    private static object Plan(int hosts, RebalanceGoal goal, int maxMoves)
    {
        var task = Skewed(hosts, goal, maxMoves);
        var start = Stopwatch.GetTimestamp();
        var plan = Rebalancer.Plan(task);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new
        {
            benchmark = "rebalance", goal = goal.ToString(), hosts, vms = task.Vms.Count, maxMoves, moves = plan.Moves.Count,
            scoreBefore = Math.Round(plan.Before.Score(goal), 4), scoreAfter = Math.Round(plan.After.Score(goal), 4),
            copiedGiB = plan.Moves.Sum(move => move.Cost.TotalMiB) / 1_024, stop = plan.Stop.ToString(),
            obstacle = PlanReplay.FirstObstacle(task, plan.Moves), milliseconds = Math.Round(took),
        };
    }

    // A third of the hosts, of two sizes, holds two thirds of the VMs; one VM in twenty stands in a zone that is no longer its own.
    private static RebalanceTask Skewed(int count, RebalanceGoal goal, int maxMoves)
    {
        var hosts = Enumerable.Range(1, count).Select(HostOf).ToDictionary(host => host.Id);
        var vms = new List<Movable>();
        for (var age = 1; age <= count * VmsPerHost; age++)
        {
            var at = age % 3 != 0 ? 1 + (age * 7 % (count / 3)) : 1 + (age * 13 % count);
            var vm = VmOf(age, hosts[IdOf(at)]);
            if (!Fits(hosts[vm.Host], vm)) { continue; }
            hosts[vm.Host] = With(hosts[vm.Host], vm);
            vms.Add(vm);
        }
        return new(FleetSnapshot.Of(hosts.Values), vms, [], goal, new(maxMoves, 0, null));
    }

    private static bool Fits(HostSnapshot host, Movable vm) =>
        vm.Demand.Resources.All(amount => host.Used[amount.Key] + amount.Value <= host.Capacity[amount.Key]);

    private static HostSnapshot With(HostSnapshot host, Movable vm) => host with
    {
        Used = host.Used.Plus(vm.Demand.Resources), Occupancy = host.Occupancy.Plus(vm.Occupant),
    };

    private static HostId IdOf(int age) => new(new Guid(age, 0, 0, new byte[8]));

    private static Movable VmOf(int age, HostSnapshot host)
    {
        var (vcpus, memory, disk) = (1L << (age % 4), 1_024L << (age * 5 % 6), 10L + (age % 3 * 20));
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, vcpus), (ResourceClass.MemoryMiB, memory), (ResourceClass.DiskGiB, disk)),
            Zone = age % 20 == 0 ? "z1" : age % 4 == 0 ? host.Zone : null,
        };
        return new(new(new Guid(age, 0, 0, new byte[8])), host.Id, EngineKind.Hardware, demand, new(pool, null, null), new(memory, disk * 1_024));
    }

    private static HostSnapshot HostOf(int age) => new()
    {
        Id = IdOf(age), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated, Zone = $"z{1 + (age % 3)}",
        Capacity = age % 2 == 0
            ? ResourceVector.Of((ResourceClass.Vcpu, 64), (ResourceClass.MemoryMiB, 262_144), (ResourceClass.DiskGiB, 4_000))
            : ResourceVector.Of((ResourceClass.Vcpu, 96), (ResourceClass.MemoryMiB, 393_216), (ResourceClass.DiskGiB, 4_000)),
        Used = ResourceVector.Empty, Engines = [new(EngineKind.Hardware, true, "", ResourceVector.Empty, ResourceVector.Empty)],
    };
}
