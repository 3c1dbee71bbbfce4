namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// How long a host may run VMs on one word of the service, and how long the service waits before it gives them to others. Every
/// moment on the host is counted from the sending of the request for the lease, on the host's monotonic clock; every moment at the
/// service from its seeing the grant, on its own. No clock is compared with another: all that is assumed is that their rates differ
/// from true time by at most <see cref="DriftPermille"/>.
/// </summary>
public sealed record LeaseTerms
{
    /// <summary>The shortest lease.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The least margin: what ending all guests of a host by force may take.</summary>
    public static readonly TimeSpan LeastMargin = TimeSpan.FromMilliseconds(500);

    /// <summary>The largest drift that may be assumed, in thousandths.</summary>
    public const int MostDriftPermille = 100;

    private LeaseTerms(TimeSpan length, TimeSpan margin, int driftPermille) =>
        (Length, Margin, DriftPermille) = (length, margin, driftPermille);

    /// <summary>How long the lease is.</summary>
    public TimeSpan Length { get; }

    /// <summary>What the service waits beyond it: for the watchdog to have ended the last guest.</summary>
    public TimeSpan Margin { get; }

    /// <summary>By how much each clock may be faster or slower than true time, in thousandths.</summary>
    public int DriftPermille { get; }

    /// <summary>On the host: when it asks for the next grant, at the latest.</summary>
    public TimeSpan RenewAfter => Length / 5;

    /// <summary>On the host: when the agent pauses the guests that are restarted elsewhere.</summary>
    public TimeSpan PauseAfter => End - (Length / 4);

    /// <summary>On the host: when the agent ends them and gives them up.</summary>
    public TimeSpan StopAfter => End - (Length / 8);

    /// <summary>
    /// On the host: when the watchdog ends them, if they are still there. A slow host's clock reaches it no later
    /// in true time than a fast service's clock reaches <see cref="Length"/>.
    /// </summary>
    public TimeSpan End => Length * (1000 - DriftPermille) / (1000 + DriftPermille);

    /// <summary>At the service: the silence that makes a host suspect.</summary>
    public TimeSpan SuspectAfter => Length;

    /// <summary>At the service: the silence that proves that the host's lease is over and its guests are ended.</summary>
    public TimeSpan LostAfter => Length + Margin;

    /// <summary>Reads terms; false when they are out of their ranges, or the margin is longer than the lease.</summary>
    public static bool TryCreate(TimeSpan length, TimeSpan margin, int driftPermille, out LeaseTerms? terms)
    {
        var valid = length >= Shortest && length <= Longest && margin >= LeastMargin && margin <= length
            && driftPermille is >= 0 and <= MostDriftPermille;
        terms = valid ? new(length, margin, driftPermille) : null;
        return valid;
    }

    /// <summary>The terms for which the service must wait longer: a host may still hold a lease on the others.</summary>
    public static LeaseTerms Longer(LeaseTerms left, LeaseTerms right) => left.LostAfter >= right.LostAfter ? left : right;
}
