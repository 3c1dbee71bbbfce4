using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Hosts.Draining;

/// <summary>
/// Who can go where when a host is emptied: each VM by the scheduler itself, on the fleet that those before it leave. The largest first,
/// since the small ones fit in what is left. Pure: the same fleet and VMs give the same plan.
/// </summary>
public static class Evacuation
{
    /// <summary>The plan.</summary>
    /// <param name="fleet">The fleet, in which the host takes nobody.</param>
    /// <param name="vms">Those that are to go, each with the demand of a VM that leaves its host.</param>
    public static IReadOnlyList<EvacuationStep> Plan(FleetSnapshot fleet, IEnumerable<Movable> vms)
    {
        List<EvacuationStep> steps = [];
        foreach (var vm in vms.OrderByDescending(vm => vm.Demand.Resources[Resources.ResourceClass.Vcpu])
            .ThenByDescending(vm => vm.Demand.Resources[Resources.ResourceClass.MemoryMiB]).ThenBy(vm => vm.Vm))
        {
            var placement = Scheduler.Place(fleet, vm.Demand, 0);
            if (placement.Choice.Best is not { Engine: { } engine } best)
            {
                steps.Add(new(vm.Vm, null, placement));
                continue;
            }
            steps.Add(new(vm.Vm, best.Host, placement));
            var there = vm with { Engine = engine };
            fleet = fleet.With(HostRoom.With(fleet.Find(best.Host)!, there)).With(HostRoom.Without(fleet.Find(vm.Host)!, vm));
        }
        return steps;
    }
}
