using ControlPlane.Core.Hosts.Liveness;
using CsCheck;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

public class SelfFenceTests
{
    private static readonly HeldLease Held = new(Leases.Seconds(100), Leases.FiveSeconds);

    [Theory]
    [InlineData(4.9, 1, 10)]
    [InlineData(3601, 1, 10)]
    [InlineData(5, 0.4, 10)]
    [InlineData(5, 5.1, 10)]
    [InlineData(5, 1, -1)]
    [InlineData(5, 1, 101)]
    public void Terms_out_of_their_ranges_are_none(double length, double margin, int driftPermille) => Assert.False(
        LeaseTerms.TryCreate(TimeSpan.FromSeconds(length), TimeSpan.FromSeconds(margin), driftPermille, out _));

    // True time is what no clock shows. The host's clock is as slow and the service's as fast as the terms allow, the request was granted
    // the moment it was sent, and still the margin lies between the watchdog's last moment and the service's first.
    [Fact]
    public void Whatever_the_clocks_within_the_bound_guests_end_a_margin_before_the_service_gives_them_away() =>
        Gen.Select(Leases.Any, Gen.Double[-1, 1], Gen.Double[-1, 1], Gen.Double[0, 30]).Sample((terms, host, service, delay) =>
        {
            var bound = terms.DriftPermille / 1000.0;
            var endsAt = terms.End.TotalSeconds / (1 + (host * bound));
            var givenAt = delay + (terms.LostAfter.TotalSeconds / (1 + (service * bound)));
            Assert.True(endsAt + (terms.Margin.TotalSeconds / (1 + bound)) <= givenAt + 1e-6);
        });

    [Fact]
    public void The_agent_pauses_then_ends_and_the_watchdog_only_ends_later() => Gen.Select(Leases.Any, Gen.Double[0, 2]).Sample((terms, share) =>
    {
        var held = new HeldLease(Leases.Seconds(7), terms);
        var now = held.SentAt + (terms.Length * share);
        var (agent, watchdog) = (SelfFence.Agent(held, now), SelfFence.Watchdog(held, now));
        Assert.True(agent >= watchdog && watchdog != FenceStage.Pause);
        Assert.True(SelfFence.Agent(held, now + terms.Margin) >= agent);
        Assert.True(terms.RenewAfter < terms.PauseAfter && terms.PauseAfter < terms.StopAfter && terms.StopAfter < terms.End);
    });

    [Fact]
    public void The_next_look_is_the_moment_at_which_the_stage_changes() => Leases.Any.Sample(terms =>
    {
        var held = new HeldLease(Leases.Seconds(7), terms);
        var pause = SelfFence.NextLook(held, held.SentAt)!.Value;
        Assert.Equal(FenceStage.Run, SelfFence.Agent(held, pause - TimeSpan.FromTicks(1)));
        Assert.Equal(FenceStage.Pause, SelfFence.Agent(held, pause));
        var stop = SelfFence.NextLook(held, pause)!.Value;
        Assert.Equal(FenceStage.Pause, SelfFence.Agent(held, stop - TimeSpan.FromTicks(1)));
        Assert.Equal(FenceStage.Stop, SelfFence.Agent(held, stop));
        Assert.Null(SelfFence.NextLook(held, stop));
    });

    [Fact]
    public void Without_a_lease_nothing_that_is_restarted_elsewhere_runs()
    {
        Assert.Equal(FenceStage.Stop, SelfFence.Agent(null, Leases.Seconds(1)));
        Assert.Equal(FenceStage.Stop, SelfFence.Watchdog(null, Leases.Seconds(1)));
        Assert.Null(SelfFence.NextLook(null, Leases.Seconds(1)));
    }

    [Fact]
    public void A_lease_of_another_boot_is_worth_nothing() =>
        Assert.Equal(FenceStage.Stop, SelfFence.Agent(Held, Held.SentAt - Leases.Seconds(1)));

    [Fact]
    public void An_answer_that_comes_late_or_out_of_order_never_makes_the_lease_end_earlier() =>
        Gen.Select(Leases.Any, Leases.Any, Gen.Int[0, 5000], Gen.Int[0, 5000]).Sample((one, two, first, second) =>
        {
            var (left, right) = (new HeldLease(Leases.Seconds(first), one), new HeldLease(Leases.Seconds(second), two));
            var held = HeldLease.After(left, right);
            Assert.True(held == left || held == right);
            Assert.True(held.SentAt + held.Terms.End >= left.SentAt + one.End && held.SentAt + held.Terms.End >= right.SentAt + two.End);
        });
}
