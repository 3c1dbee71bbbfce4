using ControlPlane.Core.Queueing;

namespace ControlPlane.Core.Operations;

/// <summary>A durable, stepwise, cancellable piece of work, as recorded. <see cref="OperationMachine"/> says what comes next.</summary>
public sealed class Operation
{
    private Operation() { }

    /// <summary>An accepted operation with its steps by name.</summary>
    public Operation(
        OperationId id, string project, OperationKind kind, string target, string actor, IEnumerable<string> steps, DateTimeOffset now)
    {
        (Id, Project, Kind, Target, Actor, CreateTime, UpdateTime) = (id, project, kind, target, actor, now, now);
        Steps = [.. steps.Select(name => new OperationStep(name))];
    }

    /// <summary>Server-made id.</summary>
    public OperationId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>What it does.</summary>
    public OperationKind Kind { get; private set; }

    /// <summary>What it does it to: <c>vms/vm_…</c>, <c>hosts/host_…/engines/software</c>.</summary>
    public string Target { get; private set; } = "";

    /// <summary>How far it is.</summary>
    public OperationState State { get; private set; }

    /// <summary>Its steps, in order.</summary>
    public IReadOnlyList<OperationStep> Steps { get; private set; } = [];

    /// <summary>Why it is being undone or was; null while nothing went wrong.</summary>
    public OperationFault? Fault { get; private set; }

    /// <summary>What went wrong without failing it.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>What the kind needs to know, as JSON.</summary>
    public string? Arguments { get; set; }

    /// <summary>What it gave, as JSON; set when it succeeded.</summary>
    public string? Response { get; private set; }

    /// <summary>Who asked for it.</summary>
    public string Actor { get; private set; } = "";

    /// <summary>The decision it rests on: a <c>plc_…</c> id.</summary>
    public string? Placement { get; set; }

    /// <summary>The operation it is part of.</summary>
    public OperationId? Parent { get; set; }

    /// <summary>How many things it is made of, each with an operation of its own; 0 for one without children.</summary>
    public int Parts { get; set; }

    /// <summary>How many of those have come to an end without an operation: refused when their turn came.</summary>
    public int Refused { get; set; }

    /// <summary>When it is its turn among those that wait for room; null when it does not wait.</summary>
    public long? QueueTurn { get; private set; }

    /// <summary>How far the next of its project stands behind it.</summary>
    public long QueueCost { get; private set; }

    /// <summary>Until when it waits for room.</summary>
    public DateTimeOffset? QueueDeadline { get; private set; }

    /// <summary>Why it began to wait.</summary>
    public string? QueueReason { get; private set; }

    /// <summary>How far what it sends from one host to another is; null when it sends nothing.</summary>
    public OperationTransfer? Transfer { get; set; }

    /// <summary>Rises with each worker that takes it up; a write by an older one is refused.</summary>
    public long Lease { get; private set; }

    /// <summary>The process whose worker took it up last; null before the first.</summary>
    public string? LeaseOwner { get; private set; }

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset? StartTime { get; private set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Whether it has ended.</summary>
    public bool Done => State is OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled;

    /// <summary>Whether it is being undone.</summary>
    public bool Unwinding => !Done && (State == OperationState.Cancelling || Fault is not null);

    /// <summary>One to be changed while this stays as it is.</summary>
    public Operation Copy() => (Operation)MemberwiseClone();

    /// <summary>A worker takes it up; gives the number that its writes carry.</summary>
    public long TakeLease(string owner)
    {
        LeaseOwner = owner;
        return ++Lease;
    }

    /// <summary>It waits for room; nobody works on it until then.</summary>
    public void Wait(QueueTicket ticket)
    {
        Invariant.Check(State == OperationState.Pending, "only what has not begun waits for room");
        (QueueTurn, QueueCost, QueueDeadline, QueueReason) = (ticket.Turn, ticket.Cost, ticket.Deadline, ticket.Reason);
    }

    /// <summary>It waits no longer, for whatever reason.</summary>
    public void LeaveQueue() => (QueueTurn, QueueCost, QueueDeadline, QueueReason) = (null, 0, null, null);

    /// <summary>Records the intent to do a step.</summary>
    public void Begin(int step, DateTimeOffset now)
    {
        if (State == OperationState.Pending) { State = OperationState.Running; }
        StartTime ??= now;
        var record = Steps[step];
        Put(step, record with { State = StepState.Running, Attempt = record.Attempt + 1, StartTime = record.StartTime ?? now });
    }

    /// <summary>Records that a step is done.</summary>
    public void Complete(int step, DateTimeOffset now) =>
        Put(step, Steps[step] with { State = StepState.Succeeded, EndTime = now });

    /// <summary>Records that a step could not be done, and why: the operation will be undone.</summary>
    public void Fail(int step, OperationFault fault, DateTimeOffset now)
    {
        Put(step, Steps[step] with { State = StepState.Failed, EndTime = now });
        Fault ??= fault;
    }

    /// <summary>Records that an attempt failed and another will be made, with its time beginning anew.</summary>
    public void TryAgain(int step) => Put(step, Steps[step] with { State = StepState.Pending, StartTime = null });

    /// <summary>Records the intent to undo a step.</summary>
    public void BeginUndo(int step, DateTimeOffset now)
    {
        var record = Steps[step];
        var attempt = record.State == StepState.Undoing ? record.Attempt + 1 : 1;
        Put(step, record with { State = StepState.Undoing, Attempt = attempt, EndTime = null, StartTime = record.StartTime ?? now });
    }

    /// <summary>Records that a step is undone.</summary>
    public void CompleteUndo(int step, DateTimeOffset now) => Put(step, Steps[step] with { State = StepState.Undone, EndTime = now });

    /// <summary>Records something that went wrong without failing it; the newest 16 are kept.</summary>
    public void Warn(string warning) => Warnings = [.. Warnings.Append(warning).TakeLast(16)];

    /// <summary>Asks for it to be undone; the caller has asked <see cref="OperationMachine.Cancellable"/>.</summary>
    public void Cancel()
    {
        Invariant.Check(!Done, "a done operation is cancelled");
        State = OperationState.Cancelling;
        LeaveQueue();
        Fault ??= new OperationFault("cancelled", "The operation was cancelled and what it had begun was undone.", null);
    }

    /// <summary>Ends it.</summary>
    public void Finish(OperationState state, string? response, DateTimeOffset now)
    {
        Invariant.Check(state is OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled, "an end state");
        (State, EndTime) = (state, now);
        StartTime ??= now;
        Response = state == OperationState.Succeeded ? response ?? "{}" : null;
        if (state == OperationState.Succeeded) { Fault = null; }
        Invariant.Check((Response is null) != (Fault is null), "exactly one of response and error");
    }

    private void Put(int step, OperationStep record)
    {
        Invariant.Check(!Done, "a step of a done operation changes");
        Steps = [.. Steps.Select((old, index) => index == step ? record : old)];
    }
}
