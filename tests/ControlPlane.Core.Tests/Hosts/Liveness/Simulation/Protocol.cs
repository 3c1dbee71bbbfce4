using ControlPlane.Core.Hosts.Liveness;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>The rules that a run goes by: those of the product, unless a fault is planted by putting another in the place of one.</summary>
public sealed record Protocol
{
    public static readonly Protocol OfTheProduct = new();

    public Func<OrderMemory, long, VmOrder, ObedienceOutcome> Obey { get; init; } = Obedience.Judge;

    public Func<VmOrder?, long, OrderMemory, Embodiment?, FenceStage, EmbodimentStep> Step { get; init; } = EmbodimentRule.Next;

    public Func<HeldLease?, TimeSpan, FenceStage> Agent { get; init; } = SelfFence.Agent;

    public Func<HeldLease?, TimeSpan, FenceStage> Watchdog { get; init; } = SelfFence.Watchdog;

    /// <summary>From when the lease counts, given when its request was sent and when its answer came.</summary>
    public Func<TimeSpan, TimeSpan, TimeSpan> LeaseCountsFrom { get; init; } = (sent, _) => sent;

    /// <summary>The clock by which a host counts its lease.</summary>
    public Func<HostClock, long, TimeSpan> LeaseClock { get; init; } = (clock, at) => clock.Monotonic(at);

    /// <summary>Whether the service answers a transaction before it is committed.</summary>
    public bool AnswersBeforeCommit { get; init; }

    public Hearing Hear { get; init; } = (Custody custody, VmWord word, out Custody next) => custody.Hear(word, out next);

    public Switching Switch { get; init; } = (Custody custody, out Custody next) => custody.Switch(out next);

    public Func<HostStanding, LeaseWatch, LossProof> Proof { get; init; } = (_, watch) => new LossProof.LeaseOver(watch.Renewals);

    public Func<HostStanding, TimeSpan, LeaseWatch> BeginWatch { get; init; } = (read, now) => LeaseWatch.Begin(read.Renewals, now);

    /// <summary>Which session an operator's statement is about, given the one seen and the one there is when it is written.</summary>
    public Func<long, long, long> StatedSession { get; init; } = (seen, _) => seen;

    public Judging Judge { get; init; } = LostVm.Judge;

    public Taking TakeFrom { get; init; } = (Custody custody, HostStanding owner, out Custody next) => custody.TakeFrom(owner, out next);

    public delegate CustodyOutcome Hearing(Custody custody, VmWord word, out Custody next);

    public delegate CustodyOutcome Switching(Custody custody, out Custody next);

    public delegate CustodyOutcome Taking(Custody custody, HostStanding owner, out Custody next);

    public delegate LostVmVerdict Judging(Custody custody, HostStanding owner, bool onlyThere, LossBrake brake);
}
