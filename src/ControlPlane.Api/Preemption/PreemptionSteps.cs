using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Preemption;

/// <summary>
/// The step of a create that stops others, and that of each of those others which waits until the create has taken its room. All are
/// stopped before any gives anything back: until then every one of them can be started again as if nothing had been.
/// </summary>
internal static class PreemptionSteps
{
    /// <summary>Of a create: stops those of its plan.</summary>
    internal const string Preempt = "preempt";

    /// <summary>Of one that is stopped: stays stopped until its room is taken.</summary>
    internal const string Yield = "yield";

    /// <summary>The create's step.</summary>
    internal static OperationStepWork PreemptStep(int graceSeconds) => new()
    {
        Name = Preempt,
        Do = async scope =>
        {
            await BeginAsync(scope.Session, scope.Operation, graceSeconds);
            return null;
        },
        AwaitChildren = StoppedAsync,
        Undo = PreemptionUndo.BeginAsync, AwaitChildrenUndo = EndedAsync,
    };

    /// <summary>The step of one that is stopped. The parent ends its operation together with taking the room.</summary>
    internal static OperationStepWork YieldStep() => new()
    {
        Name = Yield,
        Do = scope =>
        {
            scope.Session.Topics.Add(ChildOperations.Topic(scope.Operation.Parent!.Value));
            return Task.FromResult<OperationFault?>(null);
        },
        AwaitChildren = async (db, id, ct) => await db.Operations.AnyAsync(row => row.Id == id && row.EndTime != null, ct)
            ? new StepProgress.Reached() : new StepProgress.Waiting(),
        Undo = _ => Task.CompletedTask,
    };

    /// <summary>Gives each VM of the plan the operation that stops it, once.</summary>
    internal static async Task<IReadOnlyCollection<OperationId>> BeginAsync(StoreSession session, Operation parent, int graceSeconds)
    {
        if (await Children(session.Db, parent.Id).AnyAsync()) { return []; }
        var plan = PreemptionArguments.Of(parent)!;
        var terms = ChildOperations.TermsFor(parent.Id, parent.Project, parent.Actor);
        var begun = new List<OperationId>(plan.Vms.Count);
        foreach (var victim in plan.Vms)
        {
            var vm = await session.Db.Vms.FirstAsync(row => row.Id == victim.Vm);
            var stop = new StopArguments(StopMode.Graceful, graceSeconds, true, victim.Before, 0);
            var child = OperationStarter.Begin(
                session, terms, OperationKind.PreemptVm, $"vms/{vm.Id}", [VmOperationTables.Stop, Yield], stop);
            child.Placement = parent.Placement;
            vm.TryBegin(child.Id, VmActivity.Stopping);
            begun.Add(child.Id);
        }
        return begun;
    }

    /// <summary>The operations that stop the VMs of a plan.</summary>
    internal static IQueryable<Operation> Children(StoreContext db, OperationId parent) =>
        db.Operations.Where(row => row.Parent == parent && row.Kind == OperationKind.PreemptVm);

    /// <summary>Whether its VM is stopped and stays so until its room is taken.</summary>
    internal static bool Waits(Operation child) =>
        child is { State: OperationState.Running, Fault: null } && child.Steps[1].State == StepState.Running;

    private static async Task<StepProgress> StoppedAsync(StoreContext db, OperationId parent, CancellationToken ct)
    {
        var children = await Children(db, parent).AsNoTracking().OrderBy(row => row.Id).ToListAsync(ct);
        if (children.Find(child => child.Done || child.Unwinding) is { } failed)
        {
            var why = failed.Fault?.Message ?? "it did not succeed.";
            return new StepProgress.Missed(new("preemption-failed",
                $"Operation {failed.Id}, which was to stop {failed.Target}: {why} The others are left as they were.", Preempt));
        }
        return children.TrueForAll(Waits) ? new StepProgress.Reached() : new StepProgress.Waiting();
    }

    private static async Task<StepProgress> EndedAsync(StoreContext db, OperationId parent, CancellationToken ct) =>
        await db.Operations.AnyAsync(row => row.Parent == parent && row.EndTime == null, ct)
            ? new StepProgress.Waiting() : new StepProgress.Reached();
}
