using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

/// <summary>What one process has seen of a host: in its memory only, on its own monotonic clock.</summary>
/// <param name="Watch">How long it has been silent.</param>
/// <param name="Flaps">What is held against it.</param>
/// <param name="State">How it stood when it was looked at last.</param>
/// <param name="HeldBack">Whether it was held back then, as all processes see it.</param>
internal readonly record struct WatchedHost(LeaseWatch Watch, Flapping Flaps, HostLiveness State, bool HeldBack)
{
    // Of one that was given up before anybody here looked: longer ago than anything that counts as a moment ago.
    private static readonly TimeSpan longAgo = TimeSpan.FromDays(30);

    /// <summary>Begins to watch. One that others hold back is held back.</summary>
    internal static WatchedHost Begin(HostStanding read, bool heldBack, TimeSpan now, FlapTerms terms) =>
        new(LeaseWatch.Begin(read, read.State == HostLiveness.Fenced ? now - longAgo : now), Told(default, heldBack, now, terms),
            read.State, heldBack);

    /// <summary>Looks again.</summary>
    internal WatchedHost See(HostStanding read, bool heldBack, TimeSpan now, FlapTerms terms)
    {
        // Whichever process has declared it: what is counted is that it missed its lease.
        var missed = State == HostLiveness.Active && read.State is HostLiveness.Suspect or HostLiveness.Lost;
        var flaps = heldBack == HeldBack ? Flaps : Told(Flaps, heldBack, now, terms);
        return new(Watch.See(read, now), missed ? flaps.Count(now, terms) : flaps.See(now, terms), read.State, heldBack);
    }

    // Processes differ a little in what they have seen: the flag that all see is set and cleared by the first, and the others follow.
    private static Flapping Told(Flapping own, bool heldBack, TimeSpan now, FlapTerms terms) => heldBack
        ? new(Math.Max(own.See(now, terms).Penalty, terms.HoldAt), now, true)
        : new(Math.Min(own.See(now, terms).Penalty, terms.FreeAt / 2), now, false);
}
