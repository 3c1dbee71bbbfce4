using ControlPlane.Core.Hosts.Liveness;
using CsCheck;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

public class LeaseWatchTests
{
    private static readonly HostStanding Welcomed = HostStanding.New(Leases.Host, Leases.FiveSeconds).Welcome(Leases.FiveSeconds);

    [Theory]
    [InlineData(4.999, LeaseVerdict.Held)]
    [InlineData(5, LeaseVerdict.Missed)]
    [InlineData(5.999, LeaseVerdict.Missed)]
    [InlineData(6, LeaseVerdict.Over)]
    public void Silence_is_counted_from_when_the_last_change_was_seen(double silence, LeaseVerdict verdict)
    {
        var watch = LeaseWatch.Begin(Welcomed.Renewals, Leases.Seconds(50)).See(Welcomed.Renewals, Leases.Seconds(53));
        Assert.Equal(verdict, watch.Judge(Leases.FiveSeconds, Leases.Seconds(50 + silence)));
    }

    [Fact]
    public void A_renewal_that_is_seen_begins_the_silence_anew()
    {
        Welcomed.Renew(Welcomed.Session, out var renewed);
        var watch = LeaseWatch.Begin(Welcomed.Renewals, Leases.Seconds(50)).See(renewed.Renewals, Leases.Seconds(54));
        Assert.Equal(LeaseVerdict.Held, watch.Judge(Leases.FiveSeconds, Leases.Seconds(58)));
    }

    [Fact]
    public void Who_starts_to_watch_after_a_long_absence_declares_nobody_silent() => Gen.Double[0, 1e6].Sample(now => Assert.Equal(
        LeaseVerdict.Held, LeaseWatch.Begin(Welcomed.Renewals, Leases.Seconds(now)).Judge(Leases.FiveSeconds, Leases.Seconds(now + 4.9))));
}
