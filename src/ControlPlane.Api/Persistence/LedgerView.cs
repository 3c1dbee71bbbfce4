using System.Collections.Immutable;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Hosts and pools with what is promised of them, in memory, as of one revision: what a claim looks at instead of asking the database.
/// Immutable, and so are the hosts and pools in it: whoever would change one changes a copy.
/// </summary>
public sealed record LedgerView
{
    /// <summary>Nothing.</summary>
    public static readonly LedgerView Empty = new();

    private LedgerView() { }

    /// <summary>The hosts as the scheduler sees them.</summary>
    public FleetSnapshot Fleet { get; private init; } = FleetSnapshot.Empty;

    private ImmutableDictionary<HostId, (Host Host, string Shape)> Hosts { get; init; } =
        ImmutableDictionary<HostId, (Host Host, string Shape)>.Empty;

    private ImmutableDictionary<ResourceName, HostId> HostNames { get; init; } = ImmutableDictionary<ResourceName, HostId>.Empty;

    private ImmutableDictionary<PoolId, Pool> Pools { get; init; } = ImmutableDictionary<PoolId, Pool>.Empty;

    private ImmutableDictionary<(string Project, ResourceName Name), PoolId> PoolNames { get; init; } =
        ImmutableDictionary<(string Project, ResourceName Name), PoolId>.Empty;

    /// <summary>Builds one from what the store holds.</summary>
    internal static LedgerView Of(
        IReadOnlyList<Host> hosts, Func<HostId, HostOccupancy> occupancy, IReadOnlyList<Pool> pools, long revision)
    {
        var snapshots = hosts.Select(host => HostSnapshot.Of(host, occupancy(host.Id))).ToList();
        return new()
        {
            Fleet = FleetSnapshot.Of(snapshots).At(revision),
            Hosts = hosts.Zip(snapshots).ToImmutableDictionary(
                pair => pair.First.Id, pair => (pair.First, HostHistory.ShapeOf(pair.Second).Hash)),
            HostNames = hosts.ToImmutableDictionary(host => host.Name, host => host.Id),
            Pools = pools.ToImmutableDictionary(pool => pool.Id),
            PoolNames = pools.ToImmutableDictionary(pool => (pool.Project, pool.Name), pool => pool.Id),
        };
    }

    /// <summary>The host of an id, or null.</summary>
    public Host? Host(HostId id) => Hosts.TryGetValue(id, out var known) ? known.Host : null;

    /// <summary>The host of an id or name, or null.</summary>
    public Host? Host(string idOrName) =>
        HostId.TryParse(idOrName, out var id) ? Host(id)
        : ResourceName.TryParse(idOrName, out var name) && HostNames.TryGetValue(name, out id) ? Host(id) : null;

    /// <summary>The pool of an id.</summary>
    public Pool? Pool(PoolId id) => Pools.GetValueOrDefault(id);

    /// <summary>The project's pool of an id or name, or null.</summary>
    public Pool? Pool(string? project, string idOrName)
    {
        if (!PoolId.TryParse(idOrName, out var id)
            && !(ResourceName.TryParse(idOrName, out var name) && PoolNames.TryGetValue((project ?? "", name), out id)))
        {
            return null;
        }
        return Pool(id) is { } pool && (project is null || pool.Project == project) ? pool : null;
    }

    /// <summary>A pool and its parents, innermost first.</summary>
    public IReadOnlyList<Pool> Chain(Pool pool)
    {
        if (pool.Parent is null) { return [pool]; }
        var chain = new List<Pool>(2) { pool };
        while (chain[^1].Parent is { } parent && chain.Count < Core.Pools.Pool.MaxDepth) { chain.Add(Pools[parent]); }
        return chain;
    }

    /// <summary>This with a host that was claimed from, for a VM that comes or for none, and what its history gets.</summary>
    internal LedgerView WithUse(Host host, Occupant? coming, long revision, out HostChange change)
    {
        var snapshot = Fleet.Find(host.Id)!.WithUse(host);
        if (coming is { } comes) { snapshot = snapshot with { Occupancy = snapshot.Occupancy.Plus(comes) }; }
        var next = WithUse(snapshot, revision, out change);
        return next with { Hosts = Hosts.SetItem(host.Id, (host, change.Shape!)) };
    }

    /// <summary>This with a host of which only what is promised or who is there is another, and what its history gets.</summary>
    internal LedgerView WithUse(HostSnapshot snapshot, long revision, out HostChange change)
    {
        change = new(snapshot.Id, revision, snapshot, Hosts[snapshot.Id].Shape, null);
        return this with { Fleet = Fleet.WithUse(snapshot).At(revision) };
    }

    /// <summary>This with a host as it is now, and what its history gets.</summary>
    internal LedgerView With(Host host, HostOccupancy occupancy, long revision, out HostChange change)
    {
        var (known, snapshot) = (Hosts.ContainsKey(host.Id), HostSnapshot.Of(host, occupancy));
        var same = Fleet.Find(host.Id) is { } last && HostHistory.SameShape(last, snapshot);
        change = same ? new(host.Id, revision, snapshot, Hosts[host.Id].Shape, null) : HostChange.Reshaped(revision, snapshot);
        return this with
        {
            Fleet = Fleet.With(snapshot).At(revision),
            Hosts = Hosts.SetItem(host.Id, (host, change.Shape!)),
            HostNames = known ? HostNames : HostNames.SetItem(host.Name, host.Id),
        };
    }

    /// <summary>This without a host, and what its history gets.</summary>
    internal LedgerView Without(HostId id, long revision, out HostChange change)
    {
        change = new(id, revision, null, null, null);
        return this with
        {
            Fleet = Fleet.Without(id).At(revision), Hosts = Hosts.Remove(id),
            HostNames = Hosts.TryGetValue(id, out var known) ? HostNames.Remove(known.Host.Name) : HostNames,
        };
    }

    /// <summary>This with a pool as it is now.</summary>
    internal LedgerView With(Pool pool) => this with
    {
        Pools = Pools.SetItem(pool.Id, pool),
        PoolNames = Pools.ContainsKey(pool.Id) ? PoolNames : PoolNames.SetItem((pool.Project, pool.Name), pool.Id),
    };

    /// <summary>This without a pool.</summary>
    internal LedgerView Without(PoolId id) => Pools.TryGetValue(id, out var pool)
        ? this with { Pools = Pools.Remove(id), PoolNames = PoolNames.Remove((pool.Project, pool.Name)) } : this;

    /// <summary>The same, as of a revision.</summary>
    internal LedgerView At(long revision) => this with { Fleet = Fleet.At(revision) };
}
