namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>
/// A host that cannot renew its lease ends its guests itself, before the service may give them to others. The agent does it first and
/// gently; the watchdog, a process of its own, does the same when the agent has not. Pure: whoever asks brings the host's monotonic clock.
/// </summary>
public static class SelfFence
{
    /// <summary>What the agent does.</summary>
    /// <param name="held">The lease held in this boot, or null.</param>
    /// <param name="now">The host's monotonic clock, one that counts while the machine sleeps.</param>
    public static FenceStage Agent(HeldLease? held, TimeSpan now) =>
        held is null ? FenceStage.Stop : StageAt(held, now, held.Terms.PauseAfter, held.Terms.StopAfter);

    /// <summary>
    /// What the watchdog does. It never pauses: with a process it also ends whatever a hanging agent was about to say to it.
    /// </summary>
    /// <inheritdoc cref="Agent"/>
    public static FenceStage Watchdog(HeldLease? held, TimeSpan now) =>
        held is null ? FenceStage.Stop : StageAt(held, now, held.Terms.End, held.Terms.End);

    /// <summary>The moment at which <see cref="Agent"/> says something else; null when it will not by itself.</summary>
    public static TimeSpan? NextLook(HeldLease? held, TimeSpan now) => (held, Agent(held, now)) switch
    {
        (null, _) or (_, FenceStage.Stop) => null,
        (_, FenceStage.Run) => held.SentAt + held.Terms.PauseAfter,
        (_, FenceStage.Pause) => held.SentAt + held.Terms.StopAfter,
    };

    // A request cannot have been sent in the future: such a lease is of another boot, and worth nothing in this.
    private static FenceStage StageAt(HeldLease held, TimeSpan now, TimeSpan pauseAfter, TimeSpan stopAfter)
    {
        var age = now - held.SentAt;
        return age < TimeSpan.Zero || age >= stopAfter ? FenceStage.Stop : age >= pauseAfter ? FenceStage.Pause : FenceStage.Run;
    }
}
