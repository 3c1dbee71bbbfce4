using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing.Goals;

/// <summary>
/// Empties hosts, the cheapest to empty first, onto hosts that are in use anyway: all of a host's VMs find room, or none of them moves.
/// The gain of a host is shared out among its moves.
/// </summary>
internal sealed class EmptyHosts : IRebalancing
{
    internal static readonly EmptyHosts Instance = new();

    /// <inheritdoc/>
    public void Improve(PlanDraft draft)
    {
        var received = new HashSet<HostId>();
        foreach (var host in Order(draft))
        {
            if (!draft.MayMove) { return; }
            // What has come to a host stays there: a plan that moves a VM twice costs twice.
            if (!received.Contains(host)) { TryEmpty(draft, host, received); }
        }
    }

    private static List<HostId> Order(PlanDraft draft) =>
        [.. draft.Scope.Where(MeasuredFleet.IsInUse).Where(host => HoldsOnlyMovable(draft, host))
            .OrderBy(host => draft.On(host.Id).Sum(vm => vm.Cost.TotalMiB)).ThenBy(host => host.Id).Select(host => host.Id)];

    private static void TryEmpty(PlanDraft draft, HostId host, HashSet<HostId> received)
    {
        var (fleet, before) = (draft.Fleet, draft.Moves.Count);
        var vms = draft.On(host).OrderByDescending(vm => vm.Demand.Resources[ResourceClass.MemoryMiB]).ThenBy(vm => vm.Vm).ToList();
        var gain = 1.0 / vms.Count;
        if (!draft.MayMoveAll(vms.Count) || !draft.IsWorth(gain) || !draft.Affords(vms.Sum(vm => vm.Cost.TotalMiB))) { return; }
        foreach (var vm in vms)
        {
            if (TargetOf(draft, vm) is not { } target)
            {
                draft.Return(before, fleet);
                return;
            }
            draft.Move(vm, target, gain);
        }
        received.UnionWith(draft.Moves.Skip(before).Select(move => move.To));
    }

    private static HostId? TargetOf(PlanDraft draft, Movable vm)
    {
        foreach (var target in draft.Targets(vm, PlacementAlgorithm.BestFit))
        {
            if (MeasuredFleet.IsInUse(draft.Fleet.Find(target)!)) { return target; }
        }
        return null;
    }

    // Allocations without a VM, and VMs that may not move, keep a host in use.
    private static bool HoldsOnlyMovable(PlanDraft draft, HostSnapshot host)
    {
        var left = draft.On(host.Id).Aggregate(host, (rest, vm) => HostRoom.Without(rest, vm));
        return draft.On(host.Id).Any() && !MeasuredFleet.IsInUse(left);
    }
}
