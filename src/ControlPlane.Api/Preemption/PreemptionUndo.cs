using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Preemption;

/// <summary>
/// Makes it as if nobody had been stopped, when the create that they were stopped for does not come about: those that still have their room
/// run on, and those that have given it back take it again, in the turn in which the create gives it back, and are started.
/// </summary>
internal static class PreemptionUndo
{
    /// <summary>Writes it; what is begun is awaited as the operation's children.</summary>
    internal static async Task BeginAsync(StepScope scope)
    {
        // Only those that stop: repeated after a death, this finds the starts that it began before, which go on.
        var stops = await PreemptionSteps.Children(scope.Session.Db, scope.Operation.Id).Where(row => row.EndTime == null).ToListAsync();
        foreach (var child in stops.Where(scope.Tables.Cancellable)) { child.Cancel(); }
        // The room that was held, where the claim itself has not been undone already.
        if (scope.Vm is { } vm) { await VmLedger.ReleaseAsync(scope.Session, vm); }
        foreach (var victim in PreemptionArguments.Of(scope.Operation)!.Vms) { await ReturnAsync(scope, victim); }
    }

    private static async Task ReturnAsync(StepScope scope, KeptVictim victim)
    {
        var (session, operation) = (scope.Session, scope.Operation);
        var vm = await session.Db.Vms.FirstOrDefaultAsync(row => row.Id == victim.Vm);
        if (vm?.Preempted?.Operation != operation.Id || vm.Operation is not null) { return; }
        if (await VmLedger.ResizeAsync(session, vm, vm.Spec.Demand) != AllocationOutcome.Allocated)
        {
            operation.Warn($"VM '{vm.Name}' was stopped and its room is taken; start it when there is room again.");
            return;
        }
        vm.ComeBack();
        if (victim.Before is not (Power.Running or Power.Paused)) { return; }
        var terms = ChildOperations.TermsFor(operation.Id, operation.Project, operation.Actor);
        var start = OperationStarter.Begin(session, terms, OperationKind.StartVm, $"vms/{vm.Id}", [VmOperationTables.Start], null);
        start.Placement = vm.Placement?.ToString();
        vm.TryBegin(start.Id, VmActivity.Starting);
    }
}
