using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>
/// Who may run a VM: one row, changed in one transaction at a time. Exactly one host and incarnation may, until it is known to have ended
/// (<see cref="Ended"/>) or the switch of a move gives it to the target. Whoever is told anything is told what this says.
/// </summary>
public sealed record Custody
{
    private Custody() { }

    /// <summary>Which VM.</summary>
    public required VmId Vm { get; init; }

    /// <summary>Who runs it.</summary>
    public required HostId Owner { get; init; }

    /// <summary>As what.</summary>
    public long Incarnation { get; private init; }

    /// <summary>The newest incarnation ever spoken of; none is used twice, not even that of a move which came to nothing.</summary>
    public long Issued { get; private init; }

    /// <summary>Grows with every change of what hosts are told.</summary>
    public long Generation { get; private init; }

    /// <summary>What becomes of it when its host is lost.</summary>
    public LossPolicy Policy { get; private init; }

    /// <summary>Whether the present embodiment is known to have ended and never to run again.</summary>
    public bool Ended { get; private init; }

    /// <summary>Its way to another host, or null.</summary>
    public Move? Move { get; private init; }

    /// <summary>Whether its host ends it with its lease, whatever it has heard of its newest orders.</summary>
    public bool Promised => Policy == LossPolicy.RestartElsewhere && Heeded >= PromiseFrom;

    // The newest order that the owner is known to have followed, and the one by which it is bound. A policy that was other before binds
    // the host only once it is known to have heard; one that never was other does with its first order.
    private long Heeded { get; init; }

    private long PromiseFrom { get; init; }

    /// <summary>A VM that is to run on a host for the first time.</summary>
    public static Custody New(VmId vm, HostId owner, LossPolicy policy) =>
        new() { Vm = vm, Owner = owner, Incarnation = 1, Issued = 1, Generation = 1, Policy = policy };

    /// <summary>One as it is recorded, of a VM whose present embodiment is not known to have ended.</summary>
    /// <param name="vm">Which VM.</param>
    /// <param name="owner">Who runs it.</param>
    /// <param name="incarnation">As what.</param>
    /// <param name="issued">The newest incarnation ever spoken of.</param>
    /// <param name="generation">Of what hosts are told.</param>
    /// <param name="policy">What becomes of it when its host is lost.</param>
    /// <param name="move">Its way to another host, or null.</param>
    /// <param name="promise">The newest order that the owner is known to have followed, and the one by which it is bound.</param>
    public static Custody Of(
        VmId vm, HostId owner, long incarnation, long issued, long generation, LossPolicy policy, Move? move,
        (long Heeded, long From) promise = default) =>
        new()
        {
            Vm = vm, Owner = owner, Incarnation = incarnation, Issued = issued, Generation = generation, Policy = policy, Move = move,
            Heeded = promise.Heeded, PromiseFrom = promise.From,
        };

    /// <summary>What a host is told of it.</summary>
    /// <param name="host">Which host.</param>
    /// <param name="session">Its present session.</param>
    public VmOrder OrderFor(HostId host, long session)
    {
        if (host == Owner && !Ended)
        {
            return Move is { } move
                ? new(Vm, session, Incarnation, Generation, VmWill.HandOver, Policy, move.Target, move.Incarnation)
                : new(Vm, session, Incarnation, Generation, VmWill.Run, Policy);
        }
        return host == Move?.Target
            ? new(Vm, session, Move.Incarnation, Generation, VmWill.Await, Policy)
            : new(Vm, session, host == Owner ? Incarnation : Issued, Generation, VmWill.Absent, Policy);
    }

    /// <summary>Changes what becomes of it when its host is lost.</summary>
    public CustodyOutcome Choose(LossPolicy policy, out Custody next)
    {
        next = this;
        if (Move is not null) { return CustodyOutcome.MoveUnderWay; }
        if (policy != Policy) { next = this with { Policy = policy, Generation = Generation + 1, PromiseFrom = Generation + 1 }; }
        return CustodyOutcome.Done;
    }

    /// <summary>Begins a move. Until the switch only the owner may run it.</summary>
    public CustodyOutcome Begin(HostId target, out Custody next)
    {
        next = this;
        if (Move is not null) { return CustodyOutcome.MoveUnderWay; }
        if (Ended) { return CustodyOutcome.Ended; }
        if (target == Owner) { return CustodyOutcome.SameHost; }
        next = this with { Issued = Issued + 1, Generation = Generation + 1, Move = new(target, Issued + 1, Generation + 1) };
        return CustodyOutcome.Done;
    }

    /// <summary>
    /// Tells both hosts of a move once more, with what the source needs to know of the target: words about the last time are past.
    /// </summary>
    public CustodyOutcome Announce(out Custody next)
    {
        next = Move is null ? this : this with { Generation = Generation + 1, Move = Move with { Generation = Generation + 1 } };
        return Move is null ? CustodyOutcome.NoMove : CustodyOutcome.Done;
    }

    /// <summary>
    /// The switch: from its commit on only the target may run it. Both words are needed: a target whose state has come while the source
    /// runs on is older than the disk.
    /// </summary>
    public CustodyOutcome Switch(out Custody next)
    {
        next = this;
        if (Move is null) { return CustodyOutcome.NoMove; }
        if (!Move.Loaded || !Move.HandedOver) { return CustodyOutcome.NotReady; }
        next = this with
        {
            Owner = Move.Target, Incarnation = Move.Incarnation, Generation = Generation + 1, Ended = false, Move = null, Heeded = 0,
            PromiseFrom = 0,
        };
        return CustodyOutcome.Done;
    }

    /// <summary>Ends a move before its switch: the owner goes on, as if nothing had been.</summary>
    public CustodyOutcome Abandon(out Custody next)
    {
        next = Move is null ? this : Abandoned();
        return Move is null ? CustodyOutcome.NoMove : CustodyOutcome.Done;
    }

    /// <summary>Takes a host's word in.</summary>
    public CustodyOutcome Hear(VmWord word, out Custody next)
    {
        next = this;
        if (word.Host == Owner) { return word.Incarnation == Incarnation ? HearOwner(word, out next) : CustodyOutcome.OldIncarnation; }
        if (word.Host != Move?.Target) { return CustodyOutcome.ForeignVm; }
        return word.Incarnation == Move.Incarnation ? HearTarget(Move, word, out next) : CustodyOutcome.OldIncarnation;
    }

    /// <summary>Its host is lost: is its embodiment known to have ended?</summary>
    public CustodyOutcome TakeFrom(HostStanding owner, out Custody next)
    {
        next = this;
        if (owner.Host != Owner) { return CustodyOutcome.ForeignVm; }
        if (!owner.ProvesEnded(Promised)) { return CustodyOutcome.NotEnded; }
        next = EndedHere();
        return CustodyOutcome.Done;
    }

    /// <summary>Gives it to a host as a new incarnation, begun from its disks. Only once the one before is known to have ended.</summary>
    public CustodyOutcome GiveTo(HostId host, out Custody next)
    {
        next = this;
        if (Move is not null) { return CustodyOutcome.MoveUnderWay; }
        if (!Ended) { return CustodyOutcome.NotEnded; }
        next = this with
        {
            Owner = host, Incarnation = Issued + 1, Issued = Issued + 1, Generation = Generation + 1, Ended = false, Heeded = 0,
            PromiseFrom = 0,
        };
        return CustodyOutcome.Done;
    }

    private CustodyOutcome HearOwner(VmWord word, out Custody next)
    {
        var (past, ofMove) = (Move is null ? CustodyOutcome.NoMove : CustodyOutcome.OldIncarnation, word.Generation == Move?.Generation);
        (var outcome, next) = word.Kind switch
        {
            VmWordKind.Heeded => (CustodyOutcome.Done, this with { Heeded = Math.Max(Heeded, word.Generation) }),
            VmWordKind.GivenUp => (CustodyOutcome.Done, EndedHere()),
            VmWordKind.HandedOver => ofMove ? (CustodyOutcome.Done, this with { Move = Move! with { HandedOver = true } }) : (past, this),
            VmWordKind.NotSent => ofMove && !Move!.HandedOver ? (CustodyOutcome.Done, Abandoned()) : (past, this),
            VmWordKind.Loaded => (CustodyOutcome.NoMove, this),
        };
        return outcome;
    }

    private CustodyOutcome HearTarget(Move move, VmWord word, out Custody next)
    {
        next = word.Kind switch
        {
            VmWordKind.Loaded => this with { Move = move with { Loaded = true } },
            VmWordKind.GivenUp => Abandoned(),
            VmWordKind.Heeded or VmWordKind.HandedOver or VmWordKind.NotSent => this,
        };
        return CustodyOutcome.Done;
    }

    private Custody Abandoned() => this with { Move = null, Generation = Generation + 1 };

    // A source that stood still and has ended leaves its move to the switch, when the target has all of it; else the move is over too.
    private Custody EndedHere() => Ended ? this
        : Move is { Loaded: true, HandedOver: true } ? this with { Ended = true }
        : Abandoned() with { Ended = true };
}
