namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// How long one process of the service has seen a host silent: on its own monotonic clock, since it saw the count of renewals change.
/// It is in memory only. A process that has just started, or looked away, begins to watch at that moment: it declares nobody lost for
/// a silence that was its own.
/// </summary>
/// <param name="Renewals">The count seen.</param>
/// <param name="SeenAt">When it was first seen, on the watcher's monotonic clock.</param>
public readonly record struct LeaseWatch(long Renewals, TimeSpan SeenAt)
{
    /// <summary>Begins to watch.</summary>
    /// <inheritdoc cref="See"/>
    public static LeaseWatch Begin(long renewals, TimeSpan now) => new(renewals, now);

    /// <summary>Looks again.</summary>
    /// <param name="renewals">The count of the record as just read.</param>
    /// <param name="now">The watcher's monotonic clock, taken <b>after</b> the read: no grant is younger than thought.</param>
    public LeaseWatch See(long renewals, TimeSpan now) => renewals == Renewals ? this : Begin(renewals, now);

    /// <summary>How long the host has been silent.</summary>
    public TimeSpan Silence(TimeSpan now) => now - SeenAt;

    /// <summary>What that means.</summary>
    public LeaseVerdict Judge(LeaseTerms terms, TimeSpan now) =>
        Silence(now) >= terms.LostAfter ? LeaseVerdict.Over : Silence(now) >= terms.SuspectAfter ? LeaseVerdict.Missed : LeaseVerdict.Held;
}
