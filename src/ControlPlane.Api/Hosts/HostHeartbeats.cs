using System.Collections.Concurrent;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts;

/// <summary>When each host's agent was last heard of. In memory: a beat is no change, and after a restart agents are heard anew.</summary>
public sealed class HostHeartbeats
{
    private readonly ConcurrentDictionary<HostId, DateTimeOffset> beats = new();
    private long simulatedTicks;

    /// <summary>One host's agent was heard of.</summary>
    public void Beat(HostId host, DateTimeOffset now) => beats[host] = now;

    /// <summary>The agent of all simulated hosts was heard of.</summary>
    public void BeatAll(DateTimeOffset now) => Interlocked.Exchange(ref simulatedTicks, now.UtcTicks);

    /// <summary>When a host was last heard of, or null.</summary>
    public DateTimeOffset? LastOf(Host host)
    {
        var own = beats.TryGetValue(host.Id, out var beat) ? beat : (DateTimeOffset?)null;
        var ticks = host.Driver == HostDriver.Simulated ? Interlocked.Read(ref simulatedTicks) : 0;
        return ticks > (own?.UtcTicks ?? 0) ? new DateTimeOffset(ticks, TimeSpan.Zero) : own;
    }

    /// <summary>A host is no longer there.</summary>
    public void Forget(HostId host) => beats.TryRemove(host, out _);
}
