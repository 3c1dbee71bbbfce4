using ControlPlane.Core.Hosts.Liveness;
using CsCheck;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

public class HostStandingTests
{
    private static readonly HostStanding Welcomed = HostStanding.New(Leases.Host, Leases.FiveSeconds).Welcome(Leases.FiveSeconds);

    [Fact]
    public void A_renewal_is_granted_in_the_present_session_and_ends_suspicion()
    {
        var suspect = Welcomed.Suspect(Welcomed.Renewals);
        Assert.Equal(HostLiveness.Suspect, suspect.State);
        Assert.Equal(RenewalOutcome.Granted, suspect.Renew(suspect.Session, out var next));
        Assert.Equal((HostLiveness.Active, suspect.Renewals + 1), (next.State, next.Renewals));
    }

    [Fact]
    public void A_renewal_of_an_earlier_session_or_of_a_lost_host_is_refused_and_changes_nothing()
    {
        var back = Welcomed.Welcome(Leases.FiveSeconds);
        Assert.Equal(RenewalOutcome.OldSession, back.Renew(Welcomed.Session, out var same));
        Assert.Equal(back, same);
        Assert.Equal(LossOutcome.Declared, back.Lose(new LossProof.LeaseOver(back.Renewals), out var lost));
        Assert.Equal(RenewalOutcome.DeclaredLost, lost.Renew(lost.Session, out same));
        Assert.Equal(RenewalOutcome.DeclaredLost, lost.Fence().Renew(lost.Session, out _));
        Assert.Equal(lost, same);
    }

    [Fact]
    public void A_silence_that_was_broken_meanwhile_is_no_proof()
    {
        Welcomed.Renew(Welcomed.Session, out var renewed);
        Assert.Equal(LossOutcome.HeardOf, renewed.Lose(new LossProof.LeaseOver(Welcomed.Renewals), out var same));
        Assert.Equal(renewed, same);
        Assert.Equal(renewed, renewed.Suspect(Welcomed.Renewals));
    }

    [Fact]
    public void An_operator_is_not_believed_about_a_host_that_is_heard_of_or_has_come_back_since()
    {
        var stated = new LossProof.OperatorsStatement(Welcomed.Session, "ann", "unplugged");
        Assert.Equal(LossOutcome.HeardOf, Welcomed.Lose(stated, out _));
        var suspect = Welcomed.Suspect(Welcomed.Renewals);
        Assert.Equal(LossOutcome.Declared, suspect.Lose(stated, out var lost));
        Assert.Equal(stated, lost.Proof);
        var suspectAgain = lost.Welcome(Leases.FiveSeconds) is var back ? back.Suspect(back.Renewals) : null;
        Assert.Equal(LossOutcome.OldSession, suspectAgain!.Lose(stated, out _));
    }

    [Fact]
    public void An_ended_lease_proves_the_end_of_what_was_promised_only_and_a_better_proof_may_follow()
    {
        Welcomed.Lose(new LossProof.LeaseOver(Welcomed.Renewals), out var lost);
        Assert.True(lost.ProvesEnded(promised: true));
        Assert.False(lost.ProvesEnded(promised: false));
        Assert.Equal(LossOutcome.AlreadyLost, lost.Lose(new LossProof.LeaseOver(lost.Renewals), out _));
        Assert.Equal(LossOutcome.Declared, lost.Fence().Lose(new LossProof.OperatorsStatement(lost.Session, "ann", "unplugged"), out var stated));
        Assert.True(stated.ProvesEnded(promised: false));
        Assert.Equal(LossOutcome.AlreadyLost, stated.Lose(new LossProof.AgentsWord(stated.Session), out _));
        Assert.False(stated.Welcome(Leases.FiveSeconds).ProvesEnded(promised: true));
    }

    [Fact]
    public void The_agents_word_counts_in_its_own_session()
    {
        Assert.Equal(LossOutcome.OldSession, Welcomed.Lose(new LossProof.AgentsWord(Welcomed.Session - 1), out _));
        Assert.Equal(LossOutcome.Declared, Welcomed.Lose(new LossProof.AgentsWord(Welcomed.Session), out var lost));
        Assert.True(lost.ProvesEnded(promised: false));
    }

    [Fact]
    public void A_host_that_may_hold_a_longer_lease_is_waited_for_as_long()
    {
        var longer = Leases.Of(60, 2, 10);
        var back = Welcomed.Welcome(longer).Welcome(Leases.FiveSeconds);
        Assert.Equal(longer, back.Terms);
        back.Lose(new LossProof.LeaseOver(back.Renewals), out var lost);
        Assert.Equal(Leases.FiveSeconds, lost.Welcome(Leases.FiveSeconds).Terms);
    }

    [Fact]
    public void Whatever_happens_counts_only_grow_and_only_a_welcome_brings_a_lost_host_back() => Gen.Int[0, 6].Array[0, 60].Sample(steps =>
    {
        var standing = HostStanding.New(Leases.Host, Leases.FiveSeconds);
        foreach (var step in steps)
        {
            var before = standing;
            standing = After(standing, step);
            Assert.True(standing.Session >= before.Session && standing.Renewals >= before.Renewals);
            Assert.Equal(standing.State is HostLiveness.Lost or HostLiveness.Fenced && standing.Session > 0, standing.Proof is not null);
            if (before.State is HostLiveness.Lost or HostLiveness.Fenced && step != 0) { Assert.True(standing.State >= HostLiveness.Lost); }
        }
    });

    private static HostStanding After(HostStanding standing, int step)
    {
        HostStanding next;
        switch (step)
        {
            case 0: return standing.Welcome(Leases.FiveSeconds);
            case 1: standing.Renew(standing.Session, out next); return next;
            case 2: return standing.Suspect(standing.Renewals);
            case 3: standing.Lose(new LossProof.LeaseOver(standing.Renewals), out next); return next;
            case 4: standing.Lose(new LossProof.OperatorsStatement(standing.Session, "ann", "off"), out next); return next;
            case 5: standing.Lose(new LossProof.AgentsWord(standing.Session), out next); return next;
            default: return standing.Fence();
        }
    }
}
