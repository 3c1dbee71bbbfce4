using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Rebalancing;

/// <summary>A plan in the making: the fleet as the moves so far leave it, where each VM is, and what may still be spent.</summary>
internal sealed class PlanDraft
{
    private readonly RebalanceTask task;
    private readonly List<Move> moves = [];
    private readonly List<StuckVm> stuck = [];
    private readonly Dictionary<VmId, HostId> places = [];
    private readonly Dictionary<HostId, List<Movable>> standing = [];
    private readonly HashSet<HostId> scope;
    private long spentMiB;
    private bool tooMany;
    private bool tooDear;
    private bool tooLittle;

    internal PlanDraft(RebalanceTask task)
    {
        (this.task, Fleet) = (task, task.Fleet);
        scope = [.. task.Fleet.Hosts.Where(Admitted).Select(host => host.Id)];
        Vms = [.. task.Vms.Where(IsMovable).OrderBy(vm => vm.Vm).Select(Bound)];
        foreach (var vm in Vms) { Stand(vm, vm.Host); }
    }

    /// <summary>The fleet after the moves so far.</summary>
    internal FleetSnapshot Fleet { get; private set; }

    /// <summary>
    /// The VMs that may move, by id: none whose host is not heard of, for nobody could take it from there, and none with NUMA nodes or
    /// cores of its own, of which a snapshot does not say what it would be without them.
    /// </summary>
    internal IReadOnlyList<Movable> Vms { get; }

    /// <summary>The hosts that the plan looks at, by id, as they are after the moves so far.</summary>
    internal IReadOnlyList<HostSnapshot> Scope => [.. Fleet.Hosts.Where(host => scope.Contains(host.Id))];

    /// <summary>The moves so far.</summary>
    internal IReadOnlyList<Move> Moves => moves;

    /// <summary>VMs that should move and cannot.</summary>
    internal IReadOnlyList<StuckVm> Stuck => stuck;

    /// <summary>Whether another move may be added.</summary>
    internal bool MayMove => moves.Count < task.Limits.MaxMoves;

    /// <summary>Why the plan ends, when it ends now.</summary>
    internal RebalanceStop Stop => !MayMove || tooMany ? RebalanceStop.MaxMoves : tooDear ? RebalanceStop.MaxCost
        : tooLittle ? RebalanceStop.MinGain : RebalanceStop.NoBetterMove;

    /// <summary>Whether the plan looks at a host.</summary>
    internal bool IsInScope(HostId host) => scope.Contains(host);

    /// <summary>Where a VM is after the moves so far.</summary>
    internal HostSnapshot HostOf(Movable vm) => Fleet.Find(places[vm.Vm])!;

    /// <summary>The VMs on a host that may move, by id; one that has moved stays where it is.</summary>
    internal IEnumerable<Movable> On(HostId host) => standing.TryGetValue(host, out var vms) ? vms : [];

    /// <summary>Whether a VM has moved already.</summary>
    internal bool HasMoved(Movable vm) => places[vm.Vm] != vm.Host;

    /// <summary>Whether so many more moves may be added. When not, the plan remembers that it was their number.</summary>
    internal bool MayMoveAll(int count)
    {
        var may = moves.Count + count <= task.Limits.MaxMoves;
        tooMany |= !may;
        return may;
    }

    /// <summary>Whether what is left to spend pays for the VMs' moves. When not, the plan remembers that it was the cost.</summary>
    internal bool Affords(long costMiB)
    {
        var affords = task.Limits.MaxCostMiB is not { } most || spentMiB + costMiB <= most;
        tooDear |= !affords;
        return affords;
    }

    /// <summary>Whether a gain is as much as each move must bring. When not, the plan remembers that it was the gain.</summary>
    internal bool IsWorth(double gain)
    {
        var worth = gain >= task.Limits.MinGain;
        tooLittle |= !worth;
        return worth;
    }

    /// <summary>Forgets what was too dear or too little, when everything is looked at again.</summary>
    internal void LookAgain() => (tooDear, tooLittle) = (false, false);

    /// <summary>Whether a host takes a VM now, while the host that it is on still holds its amounts.</summary>
    internal bool Takes(Movable vm, HostId target) => target != places[vm.Vm] && scope.Contains(target)
        && Scheduler.Choose(Leaving(vm), vm.Demand with { Host = target }, 0).Best is not null;

    /// <summary>The hosts that take a VM now, those first that the algorithm prefers.</summary>
    internal IEnumerable<HostId> Targets(Movable vm, PlacementAlgorithm algorithm) =>
        Scheduler.Rank(Leaving(vm), vm.Demand with { Algorithm = algorithm, Host = null }, 0).Select(candidate => candidate.Host)
            .Where(host => host != places[vm.Vm] && scope.Contains(host));

    /// <summary>Moves a VM to a host that takes it.</summary>
    internal void Move(Movable vm, HostId target, double gain, IReadOnlyList<string>? repairs = null)
    {
        var source = HostOf(vm);
        var resources = vm.Demand.Resources;
        Fleet = Fleet.With(HostRoom.With(Fleet.Find(target)!, vm)).With(HostRoom.Without(source, vm));
        standing[source.Id].Remove(vm);
        Stand(vm, target);
        spentMiB += vm.Cost.TotalMiB;
        moves.Add(new(vm.Vm, source.Id, target, vm.Engine, resources, vm.Cost, gain, repairs ?? []));
    }

    /// <summary>Takes back the newest moves, so that so many are left.</summary>
    internal void Return(int count, FleetSnapshot fleet)
    {
        for (var i = moves.Count - 1; i >= count; i--)
        {
            var move = moves[i];
            var vm = standing[move.To].Find(each => each.Vm == move.Vm)!;
            standing[move.To].Remove(vm);
            Stand(vm, move.From);
            spentMiB -= move.Cost.TotalMiB;
        }
        moves.RemoveRange(count, moves.Count - count);
        Fleet = fleet;
    }

    /// <summary>Gives the newest moves, from an index on, this gain each.</summary>
    internal void Credit(int from, double gain)
    {
        for (var i = from; i < moves.Count; i++) { moves[i] = moves[i] with { Gain = gain }; }
    }

    /// <summary>Notes a VM that should move and cannot.</summary>
    internal void Leave(Movable vm, string why) => stuck.Add(new(vm.Vm, why));

    // While it moves a VM holds room on both hosts, and is counted on neither when rules ask who is where: it is the one asked for.
    private FleetSnapshot Leaving(Movable vm) => Fleet.With(HostRoom.Leaving(HostOf(vm), vm));

    private void Stand(Movable vm, HostId host)
    {
        places[vm.Vm] = host;
        if (!standing.TryGetValue(host, out var vms)) { standing[host] = vms = []; }
        var at = vms.FindIndex(other => other.Vm > vm.Vm);
        vms.Insert(at < 0 ? vms.Count : at, vm);
    }

    private bool Admitted(HostSnapshot host) => IsHeardOf(host) && task.Selectors.All(selector =>
        (selector.Zone is null || selector.Zone == host.Zone)
        && selector.Labels.All(label => host.Labels.TryGetValue(label.Key, out var value) && value == label.Value));

    private bool IsMovable(Movable vm) => !vm.Demand.Numa.Asked && Fleet.Find(vm.Host) is { } host && IsHeardOf(host);

    private static bool IsHeardOf(HostSnapshot host) => host.State is not (HostState.Suspect or HostState.Lost or HostState.Fenced);

    // A VM goes to the kind of engine and of driver that it is on, and one that runs by the host's own CPU to a CPU that has all that it
    // may have seen: nothing else could take it over while it runs.
    private Movable Bound(Movable vm)
    {
        var source = Fleet.Find(vm.Host)!;
        var simulated = source.Driver == HostDriver.Simulated;
        var engine = vm.Engine switch { EngineKind.Hardware => EngineChoice.Hardware, EngineKind.Software => EngineChoice.Software };
        var seen = vm.Engine == EngineKind.Hardware && vm.Cost.MemoryMiB > 0 ? source.Platform.CpuFeatures : [];
        return vm with
        {
            Demand = vm.Demand with
            {
                Engine = engine, Host = null, WithoutImage = simulated, RealHostOnly = !simulated,
                Architecture = vm.Demand.Architecture ?? source.Platform.Architecture, CpuFeatures = [.. vm.Demand.CpuFeatures.Union(seen)],
            },
        };
    }
}
