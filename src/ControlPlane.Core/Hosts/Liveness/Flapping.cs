namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// What is held against a host that comes and goes: each missed lease adds one, and it halves with time. While it is held back it takes
/// no new VM; those it has stay with it.
/// </summary>
/// <param name="Penalty">As of <paramref name="At"/>.</param>
/// <param name="At">On the watcher's monotonic clock.</param>
/// <param name="HeldBack">Whether it takes no new VM.</param>
public readonly record struct Flapping(double Penalty, TimeSpan At, bool HeldBack)
{
    /// <summary>It has missed its lease.</summary>
    public Flapping Count(TimeSpan now, FlapTerms terms) => Settle(Left(now, terms) + 1, now, terms);

    /// <summary>Time has passed.</summary>
    public Flapping See(TimeSpan now, FlapTerms terms) => Settle(Left(now, terms), now, terms);

    private double Left(TimeSpan now, FlapTerms terms) => Penalty * Math.Pow(0.5, (now - At) / terms.HalfLife);

    private Flapping Settle(double penalty, TimeSpan now, FlapTerms terms) =>
        new(penalty, now, penalty >= terms.HoldAt || (HeldBack && penalty >= terms.FreeAt));
}
