namespace ControlPlane.Core.Tests.Hosts.Liveness.Simulation;

/// <summary>The clocks of a machine: one that only goes on, at a rate of its own, and one on the wall, which somebody may set.</summary>
public sealed class HostClock(double drift, long start)
{
    private readonly long origin = start;

    /// <summary>By how much the wall's clock is off, in microseconds.</summary>
    public long WallOff { get; set; }

    public TimeSpan Monotonic(long at) => TimeSpan.FromMicroseconds((at - origin) * (1 + drift));

    public TimeSpan Wall(long at) => TimeSpan.FromMicroseconds(at + WallOff) + TimeSpan.FromDays(1);

    /// <summary>Drawn within the bound that the leases' terms state, more often at its ends than between them.</summary>
    public static HostClock Draw(Dice dice, int driftPermille, long at) =>
        new(dice.Pick<double>([-1, 1, 0, dice.Between(-1000, 1000) / 1000.0]) * driftPermille / 1000.0, at - dice.Between(0, 1L << 40));
}
