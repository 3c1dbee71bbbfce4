using ControlPlane.Core.Hosts;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Tests.Rebalancing;

/// <summary>
/// Follows a plan move by move with a ledger of its own, written for clearness alone: what stands on each host beside the VMs, and which VM
/// is where. Whether a host takes a VM is for <see cref="NaiveScheduler"/> to say, with the VM still charged where it comes from.
/// </summary>
internal sealed class NaiveFleet
{
    private readonly Dictionary<HostId, HostSnapshot> hosts;
    private readonly Dictionary<VmId, Movable> vms;
    private readonly Dictionary<VmId, HostId> places;

    internal NaiveFleet(IEnumerable<HostSnapshot> bare, IEnumerable<Movable> movables)
    {
        hosts = bare.ToDictionary(host => host.Id);
        vms = movables.ToDictionary(vm => vm.Vm);
        places = vms.Values.ToDictionary(vm => vm.Vm, vm => vm.Host);
    }

    internal IEnumerable<HostSnapshot> Hosts => hosts.Values.Select(host => With(host, On(host.Id)));

    internal FleetSnapshot Snapshot() => FleetSnapshot.Of(Hosts);

    /// <summary>All that is promised of the classes that every host counts itself.</summary>
    internal string Claims() => string.Join('\n', hosts.Values.SelectMany(host => host.Capacity.Select(pair => pair.Key)).Distinct().Order()
        .Where(resource => hosts.Values.All(host => host.Capacity[resource] > 0))
        .Select(resource => $"{resource} {Hosts.Sum(host => host.Used[resource])}"));

    /// <summary>Makes the move, or says what rule it breaks.</summary>
    internal string? Follow(Move move)
    {
        if (!vms.TryGetValue(move.Vm, out var vm)) { return "moves what it may not"; }
        if (places[move.Vm] != move.From || move.From == move.To) { return "does not begin where the VM is"; }
        if (vm.Engine != move.Engine || !move.Resources.Equals(vm.Demand.Resources)) { return "is not of the VM's engine and amounts"; }
        var (simulated, platform) = (hosts[move.From].Driver == HostDriver.Simulated, hosts[move.From].Platform);
        var demand = vm.Demand with
        {
            Engine = vm.Engine == EngineKind.Hardware ? EngineChoice.Hardware : EngineChoice.Software,
            Host = move.To, WithoutImage = simulated, RealHostOnly = !simulated,
            Architecture = vm.Demand.Architecture ?? platform.Architecture,
            CpuFeatures = vm.Engine == EngineKind.Hardware && vm.Cost.MemoryMiB > 0 ? [.. vm.Demand.CpuFeatures, .. platform.CpuFeatures] : vm.Demand.CpuFeatures,
        };
        // Every VM is still where it was, this one too: the target takes it before the source lets go.
        if (NaiveScheduler.Judge(With(hosts[move.To], On(move.To)), demand).Fate != NaiveScheduler.Fate.Fits) { return "has a target that refuses it"; }
        places[move.Vm] = move.To;
        return null;
    }

    internal double Imbalance(IReadOnlyList<HostSnapshot> scope)
    {
        var classes = vms.Values.SelectMany(vm => vm.Demand.Resources.Select(pair => pair.Key)).Distinct().ToList();
        var squares = new List<double>();
        foreach (var resource in classes)
        {
            var having = Hosts.Where(host => scope.Any(each => each.Id == host.Id) && host.Capacity[resource] > 0).ToList();
            var mean = having.Sum(host => host.Used[resource]) / (double)having.Sum(host => host.Capacity[resource]);
            squares.AddRange(having.Select(host => Math.Pow((host.Used[resource] / (double)host.Capacity[resource]) - mean, 2)));
        }
        return squares.Count == 0 ? 0 : Math.Sqrt(squares.Average());
    }

    internal int InUse(IReadOnlyList<HostSnapshot> scope) => Hosts.Count(host => scope.Any(each => each.Id == host.Id)
        && (host.Used.Count > 0 || host.Engines.Any(engine => engine.Used.Count > 0)));

    private IEnumerable<Movable> On(HostId host) => vms.Values.Where(vm => places[vm.Vm] == host);

    private static HostSnapshot With(HostSnapshot host, IEnumerable<Movable> standing) => standing.Aggregate(host, (sum, vm) => sum with
    {
        Occupancy = sum.Occupancy.Plus(vm.Occupant),
        Used = sum.Used.Plus(Counted(vm.Demand.Resources, host.Capacity)),
        Engines = [.. sum.Engines.Select(engine => engine.Kind != vm.Engine ? engine
            : engine with { Used = engine.Used.Plus(Counted(vm.Demand.Resources, engine.Capacity)) })],
    });

    private static ResourceVector Counted(ResourceVector amounts, ResourceVector capacity) =>
        ResourceVector.Of(amounts.Where(pair => capacity[pair.Key] > 0));
}
