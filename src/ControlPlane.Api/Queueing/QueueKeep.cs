using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Queueing;

/// <summary>
/// What those look for who have waited longer than patience lasts, as the last look at the queue found it. Creates that would not wait ask
/// here before they take a host: else those in the queue could wait for ever while others take each bit of room that appears.
/// </summary>
public sealed class QueueKeep
{
    private volatile IReadOnlyList<Demand> demands = [];

    /// <summary>Whether the host is one that somebody has waited long for.</summary>
    internal bool Holds(FleetSnapshot fleet, HostId host) =>
        demands is { Count: > 0 } kept && fleet.Find(host) is { } snapshot && kept.Any(demand => QueueHold.CouldUse(snapshot, demand));

    /// <summary>Sets what the last look found.</summary>
    internal void Set(IReadOnlyList<Demand> found) => demands = found;
}
