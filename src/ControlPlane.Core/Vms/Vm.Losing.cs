using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Vms;

/// <summary>What becomes of it with its host: <see cref="Custody"/> says who may run it, this keeps what it says.</summary>
public sealed partial class Vm
{
    /// <summary>
    /// What its host is told to do with it when the lease ends. Not only its owner's wish: one with a disk that is on its host alone stays.
    /// </summary>
    public LossPolicy LossPolicy { get; private set; } = LossPolicy.Stay;

    /// <summary>The generation by which its host is bound to end it with its lease; only once it is known to have heard.</summary>
    public long PromiseFrom { get; private set; }

    /// <summary>Why it is not known what it is, its host being lost; else null.</summary>
    public VmLoss? Lost { get; private set; }

    /// <summary>Sets what its host is told to do with it when the lease ends; nothing changes when it is told so already.</summary>
    public void ChooseLossPolicy(LossPolicy policy)
    {
        if (policy == LossPolicy) { return; }
        if (Host is null || AssignmentGeneration == 0)
        {
            // Nobody has been told anything yet: the first order says it.
            LossPolicy = policy;
            return;
        }
        if (Custody().Choose(policy, out var next) != CustodyOutcome.Done) { return; }
        (LossPolicy, AssignmentGeneration, PromiseFrom) = (policy, next.Generation, next.Generation);
    }

    /// <summary>What is to become of it, its host being as it is.</summary>
    /// <param name="owner">How its host stands.</param>
    /// <param name="onlyThere">Whether a disk of it exists on that host alone.</param>
    /// <param name="brake">Whether automatic restarts stand still.</param>
    public LostVmVerdict JudgeLoss(HostStanding owner, bool onlyThere, LossBrake brake) =>
        LostVm.Judge(Custody(), owner, onlyThere, brake);

    /// <summary>It is not known what it is, its host being lost.</summary>
    public void Lose(VmLoss loss)
    {
        if (Lost?.Verdict != loss.Verdict || Lost.Message != loss.Message) { Lost = loss; }
        Show();
    }

    /// <summary>Its host is back: it is what is observed again.</summary>
    public void Find()
    {
        Lost = null;
        Show();
    }

    /// <summary>
    /// Gives it to another host as a new incarnation, its present host being lost with proof that it is ended there. Gives what is over:
    /// the host that it is taken from, which lets it go when it comes back.
    /// </summary>
    public Departure GiveElsewhere(
        HostStanding owner, (HostId Host, EngineKind Engine, AllocationId Allocation, NumaSeat? Seat, PlacementId Placement) room,
        DateTimeOffset now)
    {
        var taken = Custody().TakeFrom(owner, out var ended);
        Invariant.Check(taken == CustodyOutcome.Done, $"VM {Name}: not known to have ended ({taken})");
        var outcome = ended.GiveTo(room.Host, out var next);
        Invariant.Check(outcome == CustodyOutcome.Done, $"VM {Name}: cannot be given ({outcome})");
        var (source, past) = (Host!.Value, Incarnation);
        (Host, Engine, Allocation, Seat, Placement) = (room.Host, room.Engine, room.Allocation, room.Seat, room.Placement);
        (Incarnation, Issued, AssignmentGeneration, PromiseFrom) = (next.Incarnation, next.Issued, next.Generation, 0);
        (ObservedPower, ObservedGeneration, StartedAt, ProcessId) = (Power.Absent, 0, null, null);
        (Failure, FailureReason, Conditions, IsolationControls) = (null, null, [], []);
        Departing = [.. Departing.Where(host => host != source && host != room.Host), source];
        return new(this, source, past, next.Generation, now);
    }
}
