using ControlPlane.Api.Metrics;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Operations;

/// <summary>
/// Works on one operation: asks the machine what comes next, records the intent with what the step writes, waits, records the end. The
/// report that a step waits for is followed by the operation's next turn in the same commit, where this process takes it in; the worker
/// then finds the operation further on.
/// </summary>
public sealed class OperationWorker(
    Store store, Replica replica, OperationTables tables, IOptions<OperationOptions> options, TimeProvider time, FleetMetrics metrics,
    OperationBell bell, ILogger<OperationWorker> logger) : IFollowingTurns
{
    private const int MaxTurns = 1_000;
    private const string TimedOut = "The host did not report the wanted state in time.";

    private int waitingParents;

    /// <summary>How many of the operations at work only wait for their children.</summary>
    public int WaitingParents => Volatile.Read(ref waitingParents);

    /// <summary>Works until the operation has ended or the token does; a fault of the store is waited out.</summary>
    public async Task WorkAsync(OperationId id, CancellationToken ct)
    {
        for (var pause = 1; !ct.IsCancellationRequested; pause = Math.Min(pause * 2, 30))
        {
            try
            {
                await WorkThroughAsync(id, ct);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                OperationsLog.Stumbled(logger, id, pause, fault);
                if (!await PauseAsync(pause, ct)) { return; }
            }
        }
    }

    /// <summary>Takes an operation up in the turn that accepts it: what it begins with is told in the same commit.</summary>
    public Task TakeUpAsync(StoreSession session, Operation operation, Vm vm)
    {
        operation.TakeLease(replica.Id);
        return AdvanceAsync(new(session, operation, vm, tables), null);
    }

    /// <inheritdoc/>
    public Func<StoreSession, Task>? After(Vm vm, Func<OperationId, Operation?> operation)
    {
        if (vm.Operation is not { } id || operation(id) is not { Done: false } at || at.LeaseOwner != replica.Id) { return null; }
        if (StepAttempt.UnderWay(at) is not { } under) { return null; }
        var work = tables.WorkOf(at, under.Step);
        if ((under.Undo ? work.AwaitUndo : work.Await) is not { } reached || reached(vm) is StepProgress.Waiting) { return null; }
        var lease = at.Lease;
        return session => TurnAsync(session, id, lease, new(under, reached(vm)));
    }

    private async Task<bool> PauseAsync(int seconds, CancellationToken ct)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WorkThroughAsync(OperationId id, CancellationToken ct)
    {
        long? lease = null;
        StepOutcome? outcome = null;
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var (held, known) = (lease, outcome);
            (lease, var wait) = Ahead(id, held, known) ?? await store.WriteAsync(null, session => TurnAsync(session, id, held, known), ct);
            if (wait is null) { return; }
            outcome = new(wait.Attempt, wait.ForChildren ? await AwaitChildrenAsync(id, wait, ct) : await AwaitAsync(id, wait, ct));
        }
    }

    // Where the turn that accepted the operation, or one that followed a report, has taken it on, what it waits for now is seen by
    // looking: that needs no turn.
    private (long? Lease, StepWait? Wait)? Ahead(OperationId id, long? lease, StepOutcome? known)
    {
        if (store.Recent(id) is not { } operation || operation.LeaseOwner != replica.Id) { return null; }
        if (lease is not null && operation.Lease != lease) { return null; }
        if (operation.Done) { return (lease, null); }
        if (StepAttempt.UnderWay(operation) is not { Undo: false } under || known?.Attempt.Stands(operation) == true) { return null; }
        var wait = tables.WorkOf(operation, under.Step).WaitAfterDo(operation, under.Step);
        return wait is null ? null : (operation.Lease, wait);
    }

    // The first turn takes the lease, unless a living process has it; a later one finds it gone when another worker has taken it.
    private async Task<(long? Lease, StepWait? Wait)> TurnAsync(StoreSession session, OperationId id, long? lease, StepOutcome? known)
    {
        var operation = lease is null ? await replica.FreeAsync(session, id) : await session.OperationAsync(id);
        if (operation is null || operation.Done || (lease is not null && operation.Lease != lease)) { return (lease, null); }
        var scope = new StepScope(session, operation, await VmOfAsync(session, operation), tables);
        return (lease ?? operation.TakeLease(replica.Id), await AdvanceAsync(scope, known));
    }

    // Records how the last wait ended, then everything up to the next wait, in one commit. Null: nothing is left to wait for.
    private async Task<StepWait?> AdvanceAsync(StepScope scope, StepOutcome? known)
    {
        var operation = scope.Operation;
        var table = tables.Of(operation.Kind);
        if (known is not null) { Record(scope, table, known); }
        var rules = table.Rules(operation);
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var next = OperationMachine.Next(operation, rules);
            switch (next)
            {
                case OperationAction.Do act when await DoAsync(scope, table, act.Step) is { } wait: return wait;
                case OperationAction.Undo act when await UndoAsync(scope, act.Step) is { } wait: return wait;
                case OperationAction.Finish act:
                    await FinishAsync(scope, table, act.State);
                    return null;
                case OperationAction.Rest: return null;
            }
        }
        throw new InvalidOperationException($"operation {operation.Id} does not come to an end");
    }

    private async Task<StepWait?> DoAsync(StepScope scope, OperationTable table, int step)
    {
        var (operation, work) = (scope.Operation, scope.Tables.WorkOf(scope.Operation, step));
        // Begun before, by this worker or one that is gone: what it wrote stands, so only look.
        if (operation.Steps[step].State != StepState.Running || !work.Waits)
        {
            operation.Begin(step, scope.Session.Now);
            if (await work.Do(scope) is { } fault)
            {
                operation.Fail(step, fault, scope.Session.Now);
                return null;
            }
        }
        if (work.WaitAfterDo(operation, step) is not { } wait)
        {
            operation.Complete(step, scope.Session.Now);
            return null;
        }
        // What the step wants may have been told, and have come to be, before it.
        var progress = scope.Vm is { } vm && wait.Vm is var (_, reached) ? reached(vm) : new StepProgress.Waiting();
        if (progress is StepProgress.Waiting) { return wait; }
        Record(scope, table, new(wait.Attempt, progress));
        return null;
    }

    private static async Task<StepWait?> UndoAsync(StepScope scope, int step)
    {
        var (operation, work) = (scope.Operation, scope.Tables.WorkOf(scope.Operation, step));
        operation.BeginUndo(step, scope.Session.Now);
        await work.Undo!(scope);
        if (work.WaitAfterUndo(scope, step) is { } wait) { return wait; }
        operation.CompleteUndo(step, scope.Session.Now);
        return null;
    }

    private void Record(StepScope scope, OperationTable table, StepOutcome known)
    {
        var (operation, now) = (scope.Operation, scope.Session.Now);
        if (!known.Attempt.Stands(operation)) { return; }
        var (step, undo, _) = known.Attempt;
        switch (known.Progress)
        {
            case StepProgress.Reached when undo: operation.CompleteUndo(step, now); break;
            case StepProgress.Reached: operation.Complete(step, now); break;
            case StepProgress.Again when !undo: operation.TryAgain(step); break;
            case StepProgress.Missed missed when undo && tables.WorkOf(operation, step).UndoMayLag:
                operation.Warn($"Undoing '{operation.Steps[step].Name}' has not been seen to its end: {missed.Fault.Message}");
                operation.CompleteUndo(step, now);
                break;
            case StepProgress.Missed missed when !undo && tables.WorkOf(operation, step).DoMayLag:
                operation.Warn($"'{operation.Steps[step].Name}' has not been seen to its end and goes on: {missed.Fault.Message}");
                operation.Complete(step, now);
                break;
            case StepProgress.Missed missed when undo: GiveUpUndo(scope, step, missed.Fault); break;
            case StepProgress.Missed when OperationMachine.TriesAgain(operation, table.Rules(operation), step):
                operation.TryAgain(step);
                break;
            case StepProgress.Missed missed:
                OperationsLog.StepFailed(logger, operation.Id, operation.Steps[step].Name, missed.Fault.Code, missed.Fault.Message);
                operation.Fail(step, missed.Fault, now);
                break;
        }
    }

    // What cannot be undone is left as it is, with its claim, for its owner to delete: nothing leaks unseen.
    private void GiveUpUndo(StepScope scope, int step, OperationFault fault)
    {
        var operation = scope.Operation;
        if (operation.Steps[step].Attempt < options.Value.UndoAttempts) { return; }
        operation.Warn($"Undoing '{operation.Steps[step].Name}' was given up: {fault.Message}");
        scope.Vm?.End(operation.Id);
        operation.Finish(OperationState.Failed, null, scope.Session.Now);
        metrics.OperationEntered(Words.Of(operation.Kind), Words.Of(operation.State));
    }

    private async Task FinishAsync(StepScope scope, OperationTable table, OperationState state)
    {
        var operation = scope.Operation;
        var response = await table.End(scope, state);
        operation.Finish(state, response, scope.Session.Now);
        metrics.OperationEntered(Words.Of(operation.Kind), Words.Of(state));
        OperationsLog.Ended(logger, operation.Id, operation.Kind, operation.Target, state,
            (long)(scope.Session.Now - operation.CreateTime).TotalMilliseconds);
    }

    // A parent that waits holds no place among those at work: its children may need it.
    private async Task<StepProgress> AwaitChildrenAsync(OperationId id, StepWait wait, CancellationToken ct)
    {
        Interlocked.Increment(ref waitingParents);
        bell.Ring();
        try { return await AwaitAsync(id, wait, ct); }
        finally { Interlocked.Decrement(ref waitingParents); }
    }

    private async Task<StepProgress> AwaitAsync(OperationId id, StepWait wait, CancellationToken ct)
    {
        while (true)
        {
            var changed = store.Signals.Of(wait.Topic);
            var operationChanged = store.Signals.Of(id.ToString());
            if (await LookAsync(id, wait, ct) is { } end) { return end; }
            // What another process commits for a child may wake nobody here: children are looked at now and then.
            var left = wait.Deadline is { } deadline ? deadline - time.GetUtcNow() : TimeSpan.FromSeconds(options.Value.SweepSeconds);
            if (left <= TimeSpan.Zero) { return new StepProgress.Missed(new("step-timed-out", TimedOut, null)); }
            await ChangeWaits.ForAsync(left, time, ct, changed, operationChanged);
        }
    }

    // Null while there is nothing to do. A cancel interrupts the wait of a step, not that of its undoing; both end when the step has.
    private async Task<StepProgress?> LookAsync(OperationId id, StepWait wait, CancellationToken ct)
    {
        var operation = await store.OperationAsync(null, id, ct);
        if (operation is { State: OperationState.Cancelling } && !wait.Attempt.Undo) { return new StepProgress.Waiting(); }
        if (operation is not null && !wait.Attempt.Stands(operation)) { return new StepProgress.Waiting(); }
        var progress = wait.Vm is var (vm, reached) ? await LookAsync(vm, reached, ct) : await LookAsync(wait, ct);
        return progress is StepProgress.Waiting ? null : progress;
    }

    private async Task<StepProgress> LookAsync(VmId id, Func<Vm, StepProgress> reached, CancellationToken ct) =>
        await store.VmAsync(id, ct) is { } vm ? reached(vm) : new StepProgress.Reached();

    private async Task<StepProgress> LookAsync(StepWait wait, CancellationToken ct)
    {
        await using var db = store.Read(null);
        return await wait.Look(db, ct);
    }

    private static async Task<Vm?> VmOfAsync(StoreSession session, Operation operation) =>
        StepScope.VmOf(operation) is { } id ? await session.VmAsync(id) : null;
}
