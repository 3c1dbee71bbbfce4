using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// What a turn, or several of one commit, would have written and what is written past Entity Framework. Of a host or pool that changed
/// several times only the first state, which the database still has, and the last are of interest.
/// </summary>
internal sealed class TurnRows
{
    internal Dictionary<HostId, (Host Before, Host After)> Hosts { get; } = [];

    internal Dictionary<PoolId, (Pool Before, Pool After)> Pools { get; } = [];

    internal List<Allocation> Allocations { get; } = [];

    internal List<PlacementRow> Placements { get; } = [];

    internal List<HostChange> History { get; } = [];

    internal List<EventRow> Events { get; } = [];

    internal bool Any => History.Count > 0 || Events.Count > 0;

    internal void Changed(Host before, Host after) =>
        Hosts[before.Id] = (Hosts.TryGetValue(before.Id, out var first) ? first.Before : before, after);

    internal void Changed(Pool before, Pool after) =>
        Pools[before.Id] = (Pools.TryGetValue(before.Id, out var first) ? first.Before : before, after);

    /// <summary>Takes over what a later turn has.</summary>
    internal void Add(TurnRows later)
    {
        foreach (var (before, after) in later.Hosts.Values) { Changed(before, after); }
        foreach (var (before, after) in later.Pools.Values) { Changed(before, after); }
        Allocations.AddRange(later.Allocations);
        Placements.AddRange(later.Placements);
        History.AddRange(later.History);
        Events.AddRange(later.Events);
    }

    internal void Clear()
    {
        Hosts.Clear();
        Pools.Clear();
        Allocations.Clear();
        Placements.Clear();
        History.Clear();
        Events.Clear();
    }
}
