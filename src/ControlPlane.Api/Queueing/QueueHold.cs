using ControlPlane.Api.Persistence;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Queueing;

/// <summary>What one scan has learnt: shapes that find no room any more, and what those look for who have waited long.</summary>
internal sealed class QueueHold
{
    private readonly HashSet<string> without = new(StringComparer.Ordinal);
    private readonly List<Demand> longWaiting = [];
    private readonly HashSet<PoolId> fullPools = [];

    /// <summary>What those look for that have waited long for a host.</summary>
    internal IReadOnlyList<Demand> LongWaiting => longWaiting;

    /// <summary>Whether there is room for it that nobody before it has waited long for.</summary>
    internal bool Fits(QueueCandidate candidate, FleetSnapshot fleet)
    {
        // Room only shrinks while a scan goes on: what found none a moment ago finds none now.
        var shape = $"{candidate.Vm.Pool} {StoreJson.Write(candidate.Demand)}";
        if (without.Contains(shape)) { return false; }
        var fits = FullPool(candidate) is null && !candidate.Chain.Any(pool => fullPools.Contains(pool.Id))
            && Scheduler.Choose(fleet, candidate.Demand, 0).Best is { } best
            && !longWaiting.Exists(demand => CouldUse(fleet.Find(best.Host)!, demand));
        if (!fits) { without.Add(shape); }
        return fits;
    }

    /// <summary>From now on nobody gets room that this one could use.</summary>
    internal void Keep(QueueCandidate candidate, FleetSnapshot fleet)
    {
        if (FullPool(candidate) is { } full) { fullPools.Add(full.Id); }
        else if (Scheduler.Choose(fleet, candidate.Demand, 0).Best is null) { longWaiting.Add(candidate.Demand); }
    }

    private static Pool? FullPool(QueueCandidate candidate) =>
        candidate.Chain.FirstOrDefault(pool => pool.Check(candidate.Vm.Spec.Demand) != AllocationOutcome.Allocated);

    // Whether the host would do if it were empty.
    internal static bool CouldUse(HostSnapshot host, Demand demand)
    {
        var empty = host with
        {
            Used = ResourceVector.Empty, Engines = [.. host.Engines.Select(each => each with { Used = ResourceVector.Empty })],
        };
        return Scheduler.Choose(FleetSnapshot.Of([empty]), demand, 0).Best is not null;
    }
}
