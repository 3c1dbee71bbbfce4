using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;
using CsCheck;

namespace ControlPlane.Core.Tests.Hosts.Liveness;

/// <summary>Terms of leases, and random ones.</summary>
public static class Leases
{
    public static readonly HostId Host = new(new Guid(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static readonly HostId Other = new(new Guid(2, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static readonly HostId Third = new(new Guid(3, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static readonly LeaseTerms FiveSeconds = Of(5, 1, 10);

    public static readonly Gen<LeaseTerms> Any =
        Gen.Select(Gen.Int[5_000, 3_600_000], Gen.Double[0, 1], Gen.Int[0, LeaseTerms.MostDriftPermille], (length, share, drift) =>
        {
            var least = LeaseTerms.LeastMargin.TotalMilliseconds;
            return Of(length / 1e3, (least + (share * (length - least))) / 1e3, drift);
        });

    public static LeaseTerms Of(double length, double margin, int driftPermille)
    {
        Assert.True(LeaseTerms.TryCreate(TimeSpan.FromSeconds(length), TimeSpan.FromSeconds(margin), driftPermille, out var terms));
        return terms!;
    }

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
