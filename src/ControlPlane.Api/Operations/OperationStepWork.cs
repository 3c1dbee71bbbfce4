using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Operations;

/// <summary>
/// One line of an operation's table. <c>Do</c> and <c>Undo</c> only write to the store, in the same commit as the record of their
/// beginning; what they told a host is then awaited by looking at what the host reports. Each may be repeated.
/// </summary>
public sealed record OperationStepWork
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Writes what shall be.</summary>
    public required Func<StepScope, Task<OperationFault?>> Do { get; init; }

    /// <summary>Whether it has come to be; null when the write was all.</summary>
    public Func<Vm, StepProgress>? Await { get; init; }

    /// <summary>Writes what was before; null at and after the point of no return.</summary>
    public Func<StepScope, Task>? Undo { get; init; }

    /// <summary>Whether that has come to be; null when the write was all.</summary>
    public Func<Vm, StepProgress>? AwaitUndo { get; init; }

    /// <summary>
    /// For a step that gives each of many things a child (<see cref="ChildOperations"/>): how far they are. It has no limit: its
    /// children have theirs; nor has the step of a child that waits for its parent. Instead of <see cref="Await"/>.
    /// </summary>
    public Func<StoreContext, OperationId, CancellationToken, Task<StepProgress>>? AwaitChildren { get; init; }

    /// <summary>The same for its undoing.</summary>
    public Func<StoreContext, OperationId, CancellationToken, Task<StepProgress>>? AwaitChildrenUndo { get; init; }

    /// <summary>How long to wait for a VM, from the operation as recorded.</summary>
    public Func<Operation, TimeSpan> Limit { get; init; } = _ => TimeSpan.Zero;

    /// <summary>How often it is begun before it counts as failed.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Whether what is waited for may come later: when the time is up the step is done, with a warning.</summary>
    public bool DoMayLag { get; init; }

    /// <summary>The same for its undoing.</summary>
    public bool UndoMayLag { get; init; }

    /// <summary>Whether the operation can still be cancelled once this has begun.</summary>
    public Func<Operation, bool> Cancels { get; init; } = _ => true;

    /// <summary>What the machine must know of it, in one operation.</summary>
    public StepRule RuleOf(Operation operation) => new(Name, Undo is not null, MaxAttempts) { Cancels = Cancels(operation) };

    /// <summary>Whether it is begun in one commit and ended in a later one.</summary>
    public bool Waits => Await is not null || AwaitChildren is not null;

    /// <summary>What to wait for after it was begun; null when the write was all.</summary>
    public StepWait? WaitAfterDo(Operation operation, int step) =>
        AwaitChildren is { } children ? ForChildren(operation, step, false, children)
        : Await is { } reached ? ForVm(operation, step, false, reached, operation.Steps[step].StartTime!.Value) : null;

    /// <summary>The same for its undoing.</summary>
    public StepWait? WaitAfterUndo(StepScope scope, int step) =>
        AwaitChildrenUndo is { } children ? ForChildren(scope.Operation, step, true, children)
        : AwaitUndo is { } reached && scope.Vm is not null ? ForVm(scope.Operation, step, true, reached, scope.Session.Now) : null;

    private static StepWait ForChildren(
        Operation operation, int step, bool undo, Func<StoreContext, OperationId, CancellationToken, Task<StepProgress>> look)
    {
        var id = operation.Id;
        return new(AttemptOf(operation, step, undo), (db, ct) => look(db, id, ct), null, ChildOperations.Topic(id));
    }

    private StepWait ForVm(Operation operation, int step, bool undo, Func<Vm, StepProgress> reached, DateTimeOffset since)
    {
        var id = StepScope.VmOf(operation) ?? throw new InvalidOperationException($"{operation.Kind} {operation.Id} is about no VM");
        return new(AttemptOf(operation, step, undo), async (db, ct) => await db.Vms.FirstOrDefaultAsync(row => row.Id == id, ct) is { } vm
            ? reached(vm) : new StepProgress.Reached(), since + Limit(operation), id.ToString()) { Vm = (id, reached) };
    }

    private static StepAttempt AttemptOf(Operation operation, int step, bool undo) => new(step, undo, operation.Steps[step].Attempt);
}
