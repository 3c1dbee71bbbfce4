namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// What is recorded of a host's life, one row, changed by one writer at a time. It holds no moment: moments belong to whoever watches
/// (<see cref="LeaseWatch"/>), and a declaration names the count of renewals that was watched, so that one that came meanwhile wins.
/// </summary>
public sealed record HostStanding
{
    private HostStanding() { }

    /// <summary>Whose.</summary>
    public required HostId Host { get; init; }

    /// <summary>What is known.</summary>
    public HostLiveness State { get; private init; }

    /// <summary>The host's present session: one life of its agent. Orders, renewals and words of an earlier one are refused.</summary>
    public long Session { get; private init; }

    /// <summary>How many leases were granted, over all sessions.</summary>
    public long Renewals { get; private init; }

    /// <summary>The terms of a lease that the host may still hold.</summary>
    public required LeaseTerms Terms { get; init; }

    /// <summary>The proof on which it was declared lost; null while it is not.</summary>
    public LossProof? Proof { get; private init; }

    /// <summary>A host that has never been heard of: it holds no lease and no VM.</summary>
    public static HostStanding New(HostId host, LeaseTerms terms) => new() { Host = host, Terms = terms, State = HostLiveness.Fenced };

    /// <summary>One as it is recorded.</summary>
    public static HostStanding Of(HostId host, HostLiveness state, long session, long renewals, LeaseTerms terms, LossProof? proof) =>
        new() { Host = host, State = state, Session = session, Renewals = renewals, Terms = terms, Proof = proof };

    /// <summary>The host says what it has: it begins a session, with a lease. To be answered after the commit only.</summary>
    public HostStanding Welcome(LeaseTerms terms) => this with
    {
        State = HostLiveness.Active, Session = Session + 1, Renewals = Renewals + 1, Proof = null,
        Terms = State is HostLiveness.Active or HostLiveness.Suspect ? LeaseTerms.Longer(Terms, terms) : terms,
    };

    /// <summary>Grants the next lease. To be answered after the commit only: before it another may declare the loss.</summary>
    public RenewalOutcome Renew(long session, out HostStanding next)
    {
        next = this;
        if (session != Session) { return RenewalOutcome.OldSession; }
        if (State is HostLiveness.Lost or HostLiveness.Fenced) { return RenewalOutcome.DeclaredLost; }
        next = this with { State = HostLiveness.Active, Renewals = Renewals + 1 };
        return RenewalOutcome.Granted;
    }

    /// <summary>It has missed its lease, as watched at this count of renewals.</summary>
    public HostStanding Suspect(long renewals) =>
        State == HostLiveness.Active && Renewals == renewals ? this with { State = HostLiveness.Suspect } : this;

    /// <summary>Declares it lost on a proof.</summary>
    public LossOutcome Lose(LossProof proof, out HostStanding next)
    {
        var outcome = Judge(proof);
        next = outcome == LossOutcome.Declared ? this with { State = HostLiveness.Lost, Proof = proof } : this;
        return outcome;
    }

    /// <summary>What could be taken from it is taken.</summary>
    public HostStanding Fence() => State == HostLiveness.Lost ? this with { State = HostLiveness.Fenced } : this;

    /// <summary>Whether a guest there is known to be ended.</summary>
    /// <param name="promised">Whether the host has promised to end it with its lease.</param>
    public bool ProvesEnded(bool promised) => State is HostLiveness.Lost or HostLiveness.Fenced && Proof switch
    {
        LossProof.LeaseOver => promised,
        LossProof.AgentsWord or LossProof.OperatorsStatement => true,
        _ => false,
    };

    private LossOutcome Judge(LossProof proof)
    {
        var lost = State is HostLiveness.Lost or HostLiveness.Fenced;
        return proof switch
        {
            LossProof.LeaseOver over => lost ? LossOutcome.AlreadyLost
                : over.Renewals == Renewals ? LossOutcome.Declared : LossOutcome.HeardOf,
            LossProof.AgentsWord word => word.Session != Session ? LossOutcome.OldSession : Better(lost),
            LossProof.OperatorsStatement stated => stated.Session != Session ? LossOutcome.OldSession
                : State == HostLiveness.Active ? LossOutcome.HeardOf : Better(lost),
            _ => LossOutcome.HeardOf,
        };
    }

    // A proof for every guest is worth more than one for those that were promised.
    private LossOutcome Better(bool lost) => lost && Proof is not LossProof.LeaseOver ? LossOutcome.AlreadyLost : LossOutcome.Declared;
}
