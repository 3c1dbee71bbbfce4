using ControlPlane.Api.Allocations;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Preemption;

/// <summary>
/// The room that a VM had before it was stopped for another: taken again on its host, where its disk is, when it is started.
/// </summary>
public sealed class ReturnedRoom(PlacementService placements)
{
    /// <summary>Takes it, in the turn that begins the start; or says why not. Nothing for a VM that has all its room.</summary>
    internal async Task<Problem?> TakeAsync(StoreSession session, Vm vm)
    {
        if (vm.Preempted is not { } gone) { return null; }
        var more = vm.Spec.Demand.Beyond(vm.Holds);
        var chain = await PoolChain.OfAsync(session, vm.Pool);
        if (PoolLimits.Exceeded(chain, more) is { } full) { return full; }
        if (await VmLedger.ResizeAsync(session, vm, vm.Spec.Demand) == AllocationOutcome.Allocated)
        {
            vm.ComeBack();
            return null;
        }
        var host = session.Ledger.Host(vm.Host!.Value)!;
        var engine = vm.Engine == EngineKind.Hardware ? EngineChoice.Hardware : EngineChoice.Software;
        var demand = new Demand { Resources = more, Engine = engine, Host = host.Id, Algorithm = PlacementAlgorithm.FirstFit };
        // Only room is asked for: it is on this host, whatever that says of VMs to come.
        var there = FleetSnapshot.Of([session.Fleet.Find(host.Id)! with { State = HostState.Active, HeldBack = false }]);
        return NamedHostRefusal.Of(host, placements.Decide(there, demand)).Reworded(words =>
            $"VM '{vm.Name}' gave its room to VM '{gone.Name}' and stays on its host, where its disk is. {words} "
            + "Free some there, or try again later.");
    }
}
