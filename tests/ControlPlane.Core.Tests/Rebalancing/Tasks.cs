using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Scheduling;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Rebalancing;

/// <summary>Random fleets with random VMs on them, some of which stand where the rules would not put them any more.</summary>
internal static class Tasks
{
    private static readonly Gen<RebalanceLimits> Limits = Gen.Select(
        Gen.OneOf(1, 3, 100), Gen.OneOf(0, 0, 0.02), Gen.OneOf<long?>(null, null, 40L), (moves, gain, cost) => new RebalanceLimits(moves, gain, cost));

    /// <summary>A task, and the same fleet without its VMs.</summary>
    internal static readonly Gen<(RebalanceTask Task, HostSnapshot[] Bare)> Any = Gen.Select(
        Fleets.Hosts, Gen.Select(Gen.Int[0, 100], Gen.Bool, Fleets.Demands, Gen.Int[0, 20]).Array[0, 24], Gen.Enum<RebalanceGoal>(), Limits,
        Gen.OneOf<HostSelector[]>([], [], [new HostSelector { Zone = "z1" }]),
        (hosts, wishes, goal, limits, selectors) => Of(hosts, wishes, goal, limits, selectors));

    internal static readonly PoolId Pool = new(new Guid(1, 0, 0, new byte[8]));

    internal static HostId HostId(int number) => new(new Guid(number, 0, 0, new byte[8]));

    internal static VmId VmId(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private static (RebalanceTask, HostSnapshot[]) Of(
        HostSnapshot[] hosts, (int Host, bool Hardware, Demand Demand, int Cost)[] wishes, RebalanceGoal goal, RebalanceLimits limits,
        HostSelector[] selectors)
    {
        // Half of the hosts hold nothing but VMs, so that they can be emptied.
        var bare = hosts.Select((host, index) => index % 2 == 0 ? host : Empty(host)).ToArray();
        var standing = new List<Movable>();
        for (var i = 0; i < wishes.Length && bare.Length > 0; i++)
        {
            var (at, hardware, demand, cost) = wishes[i];
            var host = new NaiveFleet(bare, standing).Hosts.First(each => each.Id == bare[at % bare.Length].Id);
            var engine = hardware ? EngineKind.Hardware : EngineKind.Software;
            var there = host.Engines.FirstOrDefault(each => each.Kind == engine);
            if (demand.Resources.Count == 0 || there is null || host.State == HostState.Suspect
                || demand.Resources.Any(pair => NaiveScheduler.Room(host, there, pair.Key).Free < pair.Value)) { continue; }
            standing.Add(new(VmId(i + 1), host.Id, engine, demand with { Host = null, Numa = default }, new(Pool, null, null), new(cost, cost / 2)));
        }
        return (new(new NaiveFleet(bare, standing).Snapshot(), standing, selectors, goal, limits), bare);
    }

    private static HostSnapshot Empty(HostSnapshot host) => host with
    {
        Used = ResourceVector.Empty, Engines = [.. host.Engines.Select(engine => engine with { Used = ResourceVector.Empty })],
    };
}
