using ControlPlane.Agent.Fencing;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Agent.Remote;

/// <summary>
/// The host's present session with the service and the lease that it holds, on the machine's monotonic clock. A session that is refused
/// leaves the lease as it is: it ends by itself.
/// </summary>
/// <param name="time">The machine's clock.</param>
/// <param name="file">Where the lease is kept for the watchdog and for another life of the agent; null for nowhere.</param>
public sealed class HostLease(TimeProvider time, LeaseFile? file = null)
{
    private readonly Lock gate = new();
    private HeldLease? held = file?.Read();
    private long session;
    private CancellationTokenSource over = new();
    private TaskCompletionSource known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The present session; zero while there is none.</summary>
    public long Session => Volatile.Read(ref session);

    /// <summary>Whether a session has begun in this life of the agent.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The machine's monotonic clock.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>What the host may do with guests that are restarted elsewhere.</summary>
    public FenceStage Stage => SelfFence.Agent(Held, Now);

    /// <summary>The lease held, or null.</summary>
    public HeldLease? Held
    {
        get { lock (gate) { return held; } }
    }

    /// <summary>A session has begun, with its first lease.</summary>
    public void Begin(long begun, HeldLease granted)
    {
        CancellationTokenSource? before;
        lock (gate)
        {
            Hold(granted);
            before = Change(begun);
            HasBegun = true;
            known.TrySetResult();
        }
        before?.Cancel();
    }

    /// <summary>The next lease of a session; one of another session is past.</summary>
    public void Renew(long ofSession, HeldLease granted)
    {
        lock (gate)
        {
            if (ofSession == session) { Hold(granted); }
        }
    }

    /// <summary>The session is over; another must be begun.</summary>
    public void End(long ofSession)
    {
        CancellationTokenSource? before;
        lock (gate)
        {
            if (ofSession != session || session == 0) { return; }
            before = Change(0);
            known = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        before?.Cancel();
    }

    /// <summary>The service knows no sessions: it is of the version before, and is asked as that was.</summary>
    public void DoWithout()
    {
        lock (gate) { known.TrySetResult(); }
    }

    /// <summary>The session to ask in, zero for a service that has none, with a token that ends with it.</summary>
    public async Task<(long Session, CancellationToken Over)> WaitSessionAsync(CancellationToken ct)
    {
        while (true)
        {
            Task begun;
            lock (gate)
            {
                if (known.Task.IsCompleted) { return (session, over.Token); }
                begun = known.Task;
            }
            await begun.WaitAsync(ct);
        }
    }

    // Kept first: a lease that the watchdog does not know of would be ended under the guests.
    private void Hold(HeldLease granted)
    {
        var next = HeldLease.After(held, granted);
        file?.Write(next);
        held = next;
    }

    // Whoever waits in the session before hears of it by its source, which is left to the collector, since it may be linked to.
    private CancellationTokenSource? Change(long next)
    {
        if (next == session) { return null; }
        var before = over;
        (session, over) = (next, new());
        return before;
    }
}
