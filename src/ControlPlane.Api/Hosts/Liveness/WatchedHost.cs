using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>What one process has seen of a host: in its memory only, on its own monotonic clock.</summary>
internal sealed class WatchedHost
{
    // Of one that was given up before anybody here looked: longer ago than anything that counts as a moment ago.
    private static readonly TimeSpan longAgo = TimeSpan.FromDays(30);

    private LeaseTerms terms;
    private bool heldBack;

    /// <summary>Begins to watch. One that others hold back is held back.</summary>
    internal WatchedHost(SeenHost read, bool heldBack, TimeSpan now, FlapTerms flapping)
    {
        (Seen, terms, this.heldBack) = (read, read.Terms, heldBack);
        Watch = LeaseWatch.Begin(read.Renewals, read.State == HostLiveness.Fenced ? now - longAgo : now);
        Flaps = Told(default, heldBack, now, flapping);
    }

    /// <summary>How it stood when it was looked at last.</summary>
    internal SeenHost Seen { get; private set; }

    /// <summary>How long it has been silent.</summary>
    internal LeaseWatch Watch { get; private set; }

    /// <summary>What is held against it.</summary>
    internal Flapping Flaps { get; private set; }

    /// <summary>Looks again.</summary>
    /// <param name="read">How it stands.</param>
    /// <param name="heldBack">Whether it is held back, as all processes see it.</param>
    /// <param name="now">The watcher's monotonic clock, taken after the read.</param>
    /// <param name="flapping">When it is held back.</param>
    internal void See(SeenHost read, bool heldBack, TimeSpan now, FlapTerms flapping)
    {
        // Whichever process has declared it: what is counted is that it missed its lease.
        var missed = Seen.State == HostLiveness.Active && read.State is HostLiveness.Suspect or HostLiveness.Lost;
        var flaps = heldBack == this.heldBack ? Flaps : Told(Flaps, heldBack, now, flapping);
        Flaps = missed ? flaps.Count(now, flapping) : flaps.See(now, flapping);
        Watch = Watch.See(read.Renewals, now);
        if (!read.HasTermsOf(Seen)) { terms = read.Terms; }
        (Seen, this.heldBack) = (read, heldBack);
    }

    /// <summary>Begins the silence anew: nobody has looked.</summary>
    internal void Forget(TimeSpan now) => Watch = LeaseWatch.Begin(Watch.Renewals, now);

    /// <summary>What its silence means.</summary>
    internal LeaseVerdict Judge(TimeSpan now) => Watch.Judge(terms, now);

    // Processes differ a little in what they have seen: the flag that all see is set and cleared by the first, and the others follow.
    private static Flapping Told(Flapping own, bool heldBack, TimeSpan now, FlapTerms terms) => heldBack
        ? new(Math.Max(own.See(now, terms).Penalty, terms.HoldAt), now, true)
        : new(Math.Min(own.See(now, terms).Penalty, terms.FreeAt / 2), now, false);
}
