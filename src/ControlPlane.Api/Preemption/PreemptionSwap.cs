using ControlPlane.Api.Metrics;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Preemption;

/// <summary>
/// The turn in which a create takes the room of those that were stopped for it: they give back all but their disks, it grows to its whole
/// claim, and their operations end. There is no moment between at which another could take it.
/// </summary>
internal static class PreemptionSwap
{
    /// <summary>Takes it; why not, and then nothing has changed.</summary>
    internal static async Task<OperationFault?> TakeAsync(StepScope scope, FleetMetrics metrics)
    {
        var (session, vm) = (scope.Session, scope.TheVm);
        if (PreemptionArguments.Of(scope.Operation) is null || vm.Held is null) { return null; }
        var children = await PreemptionSteps.Children(session.Db, scope.Operation.Id).OrderBy(row => row.Id).ToListAsync();
        if (children.Find(child => !PreemptionSteps.Waits(child)) is { } lost)
        {
            return new("preemption-failed", $"Operation {lost.Id}, which stopped {lost.Target}, has not waited.", VmOperationTables.Claim);
        }
        var victims = new List<Vm>(children.Count);
        foreach (var child in children) { victims.Add(await VmOfAsync(session, child)); }
        foreach (var victim in victims) { await ResizeAsync(session, victim, whole: false); }
        if (await VmLedger.ResizeAsync(session, vm, vm.Spec.Demand) is var outcome and not AllocationOutcome.Allocated)
        {
            foreach (var victim in victims) { await ResizeAsync(session, victim, whole: true); }
            return await LostAsync(session, vm, outcome);
        }
        vm.HoldWhole((long)(session.Now - scope.Operation.CreateTime).TotalMicroseconds);
        for (var i = 0; i < children.Count; i++) { GiveWay(scope, children[i], victims[i], metrics); }
        return null;
    }

    private static void GiveWay(StepScope scope, Operation child, Vm victim, FleetMetrics metrics)
    {
        var (vm, now) = (scope.TheVm, scope.Session.Now);
        victim.GiveWay(new(vm.Id, vm.Name.ToString(), vm.Spec.Placement.Priority, scope.Operation.Id, now));
        victim.End(child.Id);
        child.Complete(1, now);
        child.Finish(OperationState.Succeeded, VmOperationTables.ResponseOf(victim, now), now);
        metrics.OperationEntered(Words.Of(child.Kind), Words.Of(child.State));
    }

    private static async Task ResizeAsync(StoreSession session, Vm victim, bool whole)
    {
        var outcome = await VmLedger.ResizeAsync(session, victim, whole ? victim.Spec.Demand : victim.Spec.DiskOnly());
        Invariant.Check(outcome == AllocationOutcome.Allocated, "what a VM holds it can give back, and what it has just given back, take");
    }

    // The host's room was held; what is below a pool's limit may have gone to others in other pools' places.
    private static async Task<OperationFault> LostAsync(StoreSession session, Vm vm, AllocationOutcome outcome)
    {
        var chain = await PoolChain.OfAsync(session, vm.Pool);
        var full = outcome == AllocationOutcome.ExceedsPoolLimit ? PoolLimits.Exceeded(chain, vm.Spec.Demand.Beyond(vm.Holds)) : null;
        var why = full?.Detail ?? "The host does not hold it any more.";
        return new(full?.Code.Text ?? "insufficient-capacity",
            $"While VMs were being stopped for it the room went elsewhere: {why} They are left as they were.", VmOperationTables.Claim);
    }

    private static Task<Vm> VmOfAsync(StoreSession session, Operation child)
    {
        var id = StepScope.VmOf(child)!.Value;
        return session.Db.Vms.FirstAsync(row => row.Id == id);
    }
}
