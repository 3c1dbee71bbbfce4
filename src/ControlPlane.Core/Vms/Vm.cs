using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Vms;

/// <summary>
/// A virtual machine: what its owner wants, what its host is told (written by operations), what its host reports (written by
/// reports), and the state that follows from both.
/// </summary>
public sealed partial class Vm
{
    private VmSpec spec = null!;

    private Vm() { }

    /// <summary>A VM whose claim has been taken and whose creation is under way.</summary>
    public Vm(VmId id, string project, ResourceName name, PoolId pool, VmSpec spec, OperationId operation, DateTimeOffset now)
    {
        (Id, Project, Name, Pool, Spec, CreateTime, UpdateTime) = (id, project, name, pool, spec, now, now);
        AffinityGroup = spec.Placement.AffinityGroup;
        (State, Activity, Operation) = (VmState.Creating, VmActivity.Creating, operation);
    }

    /// <summary>Server-made id.</summary>
    public VmId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>The pool charged for it.</summary>
    public PoolId Pool { get; private set; }

    /// <summary>The affinity group it is in, or null; for good.</summary>
    public AffinityGroupId? AffinityGroup { get; private set; }

    /// <summary>What its owner wants.</summary>
    public VmSpec Spec
    {
        get => spec;
        set => (spec, Preemptible, Priority) = (value, value.Preemptible, value.Placement.Priority);
    }

    /// <summary>As its spec says: it may be stopped for a VM of a higher priority.</summary>
    public bool Preemptible { get; private set; }

    /// <summary>As its spec says: 0 to 1,000.</summary>
    public int Priority { get; private set; }

    /// <summary>What its claim holds where that is not all of its spec; null when it is.</summary>
    public ResourceVector? Held { get; private set; }

    /// <summary>For whom it was stopped, until it is started again; else null.</summary>
    public VmPreemption? Preempted { get; private set; }

    /// <summary>What its claim holds.</summary>
    public ResourceVector Holds => Allocation is null ? ResourceVector.Empty : Held ?? Spec.Demand;

    /// <summary>What it is.</summary>
    public VmState State { get; private set; }

    /// <summary>What the operation under way does to it.</summary>
    public VmActivity Activity { get; private set; }

    /// <summary>The operation under way, or null. At most one.</summary>
    public OperationId? Operation { get; private set; }

    /// <summary>The host it is on.</summary>
    public HostId? Host { get; private set; }

    /// <summary>The engine it is on.</summary>
    public EngineKind? Engine { get; private set; }

    /// <summary>Its claim.</summary>
    public AllocationId? Allocation { get; private set; }

    /// <summary>Its NUMA nodes and whether it has cores of its own; null when it asked for neither.</summary>
    public NumaSeat? Seat { get; private set; }

    /// <summary>The decision that put it there.</summary>
    public PlacementId? Placement { get; private set; }

    /// <summary>From the request's arrival to its claim, in microseconds: the term tᵢ of the model.</summary>
    public long ClaimMicroseconds { get; private set; }

    /// <summary>The decision alone, in microseconds.</summary>
    public long DecisionMicroseconds { get; private set; }

    /// <summary>The number of its present embodiment.</summary>
    public long Incarnation { get; private set; }

    /// <summary>The newest number given to an embodiment, also to one that came to nothing: none is used twice.</summary>
    public long Issued { get; private set; }

    /// <summary>Grows with each change of what its host is told.</summary>
    public long AssignmentGeneration { get; private set; }

    /// <summary>The revision of that change, set when it is written.</summary>
    public long AssignmentRevision { get; set; }

    /// <summary>What its host is told to make of it.</summary>
    public Power DesiredPower { get; private set; } = Power.Absent;

    /// <summary>How to stop it.</summary>
    public StopMode StopMode { get; private set; }

    /// <summary>Seconds that a graceful stop may take.</summary>
    public int StopTimeoutSeconds { get; private set; }

    /// <summary>Whether force follows a graceful stop that ran out of time.</summary>
    public bool ForceAfterTimeout { get; private set; }

    /// <summary>How many reboots were asked for.</summary>
    public long RebootCount { get; private set; }

    /// <summary>How the newest is done.</summary>
    public StopMode RebootMode { get; private set; }

    /// <summary>What its host last reported.</summary>
    public Power ObservedPower { get; private set; } = Power.Absent;

    /// <summary>The assignment generation that the last report answers.</summary>
    public long ObservedGeneration { get; private set; }

    /// <summary>The newest assignment generation whose files its host says it has made.</summary>
    public long PreparedGeneration { get; private set; }

    /// <summary>Why that generation could not be reached.</summary>
    public string? Failure { get; private set; }

    /// <summary>One word for it.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>When its present process began.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>Its present process on its host.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>How often its host started it again by itself.</summary>
    public int Restarts { get; private set; }

    /// <summary>What is known of it.</summary>
    public IReadOnlyList<Condition> Conditions { get; private set; } = [];

    /// <summary>Isolation controls in force.</summary>
    public IReadOnlyList<string> IsolationControls { get; private set; } = [];

    /// <summary>Grows with every change a reader can see.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>One to be changed while this stays as it is.</summary>
    public Vm Copy() => (Vm)MemberwiseClone();

    /// <summary>Sets where it is; done once, with its claim.</summary>
    public void PlaceOn(
        HostId host, EngineKind engine, AllocationId allocation, PlacementId placement, long claimMicroseconds, long decisionMicroseconds,
        NumaSeat? seat = null)
    {
        (Host, Engine, Allocation, Placement) = (host, engine, allocation, placement);
        Seat = seat;
        (ClaimMicroseconds, DecisionMicroseconds) = (claimMicroseconds, decisionMicroseconds);
    }

    /// <summary>Its claim holds only this yet: others are being stopped to make room for the rest.</summary>
    public void HoldPart(ResourceVector held) => Held = held;

    /// <summary>Its claim holds all of its spec.</summary>
    /// <param name="claimMicroseconds">From the request's arrival until then.</param>
    public void HoldWhole(long claimMicroseconds) => (Held, ClaimMicroseconds) = (null, claimMicroseconds);

    /// <summary>It was stopped for another, and its claim holds its disk only.</summary>
    public void GiveWay(VmPreemption preemption) => (Preempted, Held) = (preemption, Spec.DiskOnly());

    /// <summary>Its claim holds all of its spec again.</summary>
    public void ComeBack() => (Preempted, Held) = (null, null);

    /// <summary>Makes an operation the one under way; false when another is.</summary>
    public bool TryBegin(OperationId operation, VmActivity activity)
    {
        if (Operation is not null) { return Operation == operation; }
        (Operation, Activity) = (operation, activity);
        Show();
        return true;
    }

    /// <summary>Ends the operation under way; the observed state shows again.</summary>
    public void End(OperationId operation)
    {
        if (Operation != operation) { return; }
        (Operation, Activity) = (null, VmActivity.None);
        Show();
    }

    /// <summary>Tells the host to make it this; a new process gets the next incarnation.</summary>
    public void Assign(Power power)
    {
        Invariant.Check(power is Power.Absent or Power.Stopped or Power.Running or Power.Paused, "a host is told an end, not a way");
        if (power is Power.Running or Power.Paused && DesiredPower is Power.Absent or Power.Stopped)
        {
            Incarnation = Issued = Math.Max(Issued, Incarnation) + 1;
        }
        DesiredPower = power;
        AssignmentGeneration++;
    }

    /// <summary>Tells the host to stop it, and how.</summary>
    public void AssignStop(StopMode mode, int timeoutSeconds, bool forceAfterTimeout)
    {
        (StopMode, StopTimeoutSeconds, ForceAfterTimeout) = (mode, timeoutSeconds, forceAfterTimeout);
        Assign(Power.Stopped);
    }

    /// <summary>Tells the host to boot it again, once.</summary>
    public void AssignReboot(StopMode mode, int timeoutSeconds, bool forceAfterTimeout)
    {
        (RebootMode, StopTimeoutSeconds, ForceAfterTimeout) = (mode, timeoutSeconds, forceAfterTimeout);
        RebootCount++;
        Assign(Power.Running);
    }

    /// <summary>Takes a report in. An older incarnation or generation is the past, and ignored: false.</summary>
    public bool Observe(VmReport report)
    {
        if (report.Incarnation < Incarnation || report.Generation < ObservedGeneration) { return false; }
        (ObservedPower, ObservedGeneration, PreparedGeneration) = (report.Power, report.Generation, report.PreparedGeneration);
        (Failure, FailureReason) = (report.Failure, report.FailureReason);
        (StartedAt, ProcessId, Restarts) = (report.StartedAt, report.ProcessId, report.Restarts);
        if (!Conditions.SequenceEqual(report.Conditions)) { Conditions = report.Conditions; }
        if (!IsolationControls.SequenceEqual(report.IsolationControls)) { IsolationControls = report.IsolationControls; }
        Show();
        return true;
    }

    /// <summary>Whether the host has acted on what it was told last: true with the power it reached, false while it has not.</summary>
    public bool HasAnswered(out Power power)
    {
        power = ObservedPower;
        return ObservedGeneration >= AssignmentGeneration;
    }

    /// <summary>Whether the host has made what the VM needs for what it was told last.</summary>
    public bool IsPrepared => PreparedGeneration >= AssignmentGeneration;

    private void Show()
    {
        var next = Activity switch
        {
            VmActivity.Creating => VmState.Creating,
            VmActivity.Starting => VmState.Starting,
            VmActivity.Stopping => VmState.Stopping,
            VmActivity.Deleting => VmState.Deleting,
            VmActivity.Migrating => VmState.Migrating,
            VmActivity.Recovering => VmState.Unknown,
            VmActivity.None => Lost is null ? Observed() : VmState.Unknown,
        };
        Invariant.Check(VmTransitions.Allows(State, next), $"VM {Name}: {State} to {next}");
        State = next;
    }

    private VmState Observed() => ObservedPower switch
    {
        Power.Absent => VmState.Failed,
        Power.Stopped => VmState.Stopped,
        Power.Starting => VmState.Starting,
        Power.Running => VmState.Running,
        Power.Paused => VmState.Paused,
        Power.Stopping => VmState.Stopping,
        Power.Failed => VmState.Failed,
    };
}
