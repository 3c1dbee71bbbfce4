using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;

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

    /// <summary>VMs and operations to be written: as the database has them, null for a new one, and as they are now.</summary>
    internal Dictionary<VmId, (Vm? Before, Vm Now)> Vms { get; } = [];

    internal Dictionary<OperationId, (Operation? Before, Operation Now)> Operations { get; } = [];

    /// <summary>VMs and operations as they are after this, whoever writes them; null for those that are gone.</summary>
    internal Dictionary<VmId, Vm?> WrittenVms { get; } = [];

    internal Dictionary<OperationId, Operation?> WrittenOperations { get; } = [];

    /// <summary>The VMs whose hosts are told something new.</summary>
    internal HashSet<VmId> Assigned { get; } = [];

    /// <summary>The newest revision at which a host was told to let a VM go; zero when none was.</summary>
    internal long Departed { get; set; }

    internal bool Any => History.Count > 0 || Events.Count > 0 || Operations.Count > 0;

    internal void Changed(Host before, Host after) =>
        Hosts[before.Id] = (Hosts.TryGetValue(before.Id, out var first) ? first.Before : before, after);

    internal void Changed(Pool before, Pool after) =>
        Pools[before.Id] = (Pools.TryGetValue(before.Id, out var first) ? first.Before : before, after);

    internal void Changed(Vm? before, Vm now) => Vms[now.Id] = (Vms.TryGetValue(now.Id, out var first) ? first.Before : before, now);

    internal void Changed(Operation? before, Operation now) =>
        Operations[now.Id] = (Operations.TryGetValue(now.Id, out var first) ? first.Before : before, now);

    /// <summary>Takes over what a later turn has to write.</summary>
    internal void Add(TurnRows later)
    {
        foreach (var (before, after) in later.Hosts.Values) { Changed(before, after); }
        foreach (var (before, after) in later.Pools.Values) { Changed(before, after); }
        foreach (var (before, now) in later.Vms.Values) { Changed(before, now); }
        foreach (var (before, now) in later.Operations.Values) { Changed(before, now); }
        Allocations.AddRange(later.Allocations);
        Placements.AddRange(later.Placements);
        History.AddRange(later.History);
        Events.AddRange(later.Events);
    }

    /// <summary>Forgets what was to be written, and is.</summary>
    internal void Clear()
    {
        Vms.Clear();
        Operations.Clear();
        Hosts.Clear();
        Pools.Clear();
        Allocations.Clear();
        Placements.Clear();
        History.Clear();
        Events.Clear();
    }
}
