using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Makes the ledger in memory what the rows say: read whole when the store opens, then changed with each save of hosts, pools and VMs.
/// A host is replaced once per save, whatever came, changed and went on it.
/// </summary>
internal sealed class FleetFollower(StoreSession session)
{
    // Most VMs of a fleet are of a few specs.
    private const int MaxSpecsKept = 1_000;

    private readonly Dictionary<HostId, HostOccupancy> occupancies = [];
    private readonly Dictionary<HostId, Host?> hosts = [];

    /// <summary>The ledger as the rows say, with who is on each host.</summary>
    internal static async Task<LedgerView> ReadAsync(StoreContext db, long revision, CancellationToken ct)
    {
        var occupancies = await OccupanciesAsync(db.Vms, ct);
        // A host's own columns are not read again for each of its inventory; all of it is seen as of one moment.
        var hosts = await db.Hosts.AsNoTracking().AsSplitQuery().ToListAsync(ct);
        var pools = await db.Pools.AsNoTracking().ToListAsync(ct);
        return LedgerView.Of(hosts, id => occupancies.GetValueOrDefault(id, HostOccupancy.None), pools, revision);
    }

    /// <summary>The ledger with some of its hosts and pools as the rows say: what another process has committed.</summary>
    /// <param name="ledger">As it was.</param>
    /// <param name="ids">The hosts that changed, came or went.</param>
    /// <param name="recount">Whether VMs may have come to them or left them.</param>
    /// <param name="pools">The pools that changed, came or went.</param>
    /// <param name="db">Where to read.</param>
    /// <param name="ct">Ends it.</param>
    internal static async Task<LedgerView> ReadAsync(
        LedgerView ledger, IReadOnlyList<HostId> ids, bool recount, IReadOnlyList<PoolId> pools, StoreContext db, CancellationToken ct)
    {
        if (ids.Count > 0) { ledger = await ReadHostsAsync(ledger, ids, recount, db, ct); }
        if (pools.Count == 0) { return ledger; }
        var found = await db.Pools.AsNoTracking().Where(pool => pools.Contains(pool.Id)).ToDictionaryAsync(pool => pool.Id, ct);
        return pools.Aggregate(ledger, (next, id) => found.TryGetValue(id, out var pool) ? next.With(pool) : next.Without(id));
    }

    private static async Task<LedgerView> ReadHostsAsync(
        LedgerView ledger, IReadOnlyList<HostId> ids, bool recount, StoreContext db, CancellationToken ct)
    {
        var placed = db.Vms.Where(vm => (vm.Host != null && ids.Contains(vm.Host.Value))
            || (vm.MigrationTarget != null && ids.Contains(vm.MigrationTarget.Value)));
        var occupancies = recount ? await OccupanciesAsync(placed, ct) : null;
        var found = await db.Hosts.AsNoTracking().Where(host => ids.Contains(host.Id)).ToDictionaryAsync(host => host.Id, ct);
        foreach (var id in ids)
        {
            var known = ledger.Fleet.Find(id)?.Occupancy;
            var occupancy = (occupancies is null ? known : occupancies.GetValueOrDefault(id)) ?? HostOccupancy.None;
            ledger = found.TryGetValue(id, out var host)
                ? ledger.With(host, occupancy, ledger.Fleet.Revision, out _) : ledger.Without(id, ledger.Fleet.Revision, out _);
        }
        return ledger;
    }

    private static async Task<Dictionary<HostId, HostOccupancy>> OccupanciesAsync(IQueryable<Vm> vms, CancellationToken ct)
    {
        var (occupancies, specs) = (new Dictionary<HostId, HostOccupancy>(), new Dictionary<string, VmSpec>(StringComparer.Ordinal));
        // Joined with nothing it is the column's text that is read, so that the same text is parsed once.
        var placed = vms.AsNoTracking().Where(vm => vm.Host != null)
            .Select(vm => new { vm.Host, vm.MigrationTarget, vm.Project, vm.Pool, Spec = (string)(object)vm.Spec + "", vm.CreateTime });
        await foreach (var vm in placed.AsAsyncEnumerable().WithCancellation(ct))
        {
            if (!specs.TryGetValue(vm.Spec, out var spec))
            {
                if (specs.Count == MaxSpecsKept) { specs.Clear(); }
                specs[vm.Spec] = spec = StoreJson.Read<VmSpec>(vm.Spec);
            }
            var occupant = Occupant.Of(vm.Project, vm.Pool, spec, vm.CreateTime);
            Count(vm.Host!.Value, occupant);
            if (vm.MigrationTarget is { } target) { Count(target, occupant); }
        }
        return occupancies;

        void Count(HostId host, Occupant occupant) =>
            occupancies[host] = occupancies.GetValueOrDefault(host, HostOccupancy.None).Plus(occupant);
    }

    /// <summary>Takes a row's change in.</summary>
    internal void Follow(EntityEntry entry)
    {
        switch (entry.Entity)
        {
            case Host host: hosts[host.Id] = entry.State == EntityState.Deleted ? null : host; break;
            case Pool pool when entry.State == EntityState.Deleted: session.Ledger = session.Ledger.Without(pool.Id); break;
            case Pool pool: session.Ledger = session.Ledger.With(pool); break;
            case Vm vm:
                Follow(Before(entry, nameof(Vm.Host)), entry.State == EntityState.Deleted ? null : On(vm, vm.Host));
                Follow(Before(entry, nameof(Vm.MigrationTarget)), entry.State == EntityState.Deleted ? null : On(vm, vm.MigrationTarget));
                break;
        }
    }

    /// <summary>Gives the turn the ledger with all that was taken in, and each host's history what became of it.</summary>
    /// <param name="revision">The newest revision of the save.</param>
    internal void Apply(long revision)
    {
        foreach (var (id, host) in hosts)
        {
            HostChange change;
            session.Ledger = host is null
                ? session.Ledger.Without(id, revision, out change)
                : session.Ledger.With(host, OccupancyOf(id), revision, out change);
            session.Rows.History.Add(change);
        }
        foreach (var (id, occupancy) in occupancies)
        {
            if (hosts.ContainsKey(id) || session.Fleet.Find(id) is not { } there) { continue; }
            session.Ledger = session.Ledger.WithUse(there with { Occupancy = occupancy }, revision, out var change);
            session.Rows.History.Add(change);
        }
    }

    /// <summary>Takes in what a VM that has no entry was, null for a new one, and is.</summary>
    internal void Follow(Vm? before, Vm now)
    {
        Follow(before is null ? null : On(before, before.Host), On(now, now.Host));
        Follow(before is null ? null : On(before, before.MigrationTarget), On(now, now.MigrationTarget));
    }

    private void Follow((HostId, Occupant)? left, (HostId, Occupant)? came)
    {
        if (left == came || (left is null && came is { } counted && session.Coming.Remove(counted))) { return; }
        if (left is var (from, gone)) { occupancies[from] = OccupancyOf(from).Minus(gone); }
        if (came is var (to, here)) { occupancies[to] = OccupancyOf(to).Plus(here); }
    }

    // One that moves is there for the rules at both ends: nobody who must not be beside it comes meanwhile.
    private static (HostId, Occupant)? Before(EntityEntry entry, string end) => entry.State == EntityState.Added ? null : On(
        entry.OriginalValues.GetValue<HostId?>(end), entry.OriginalValues.GetValue<string>(nameof(Vm.Project)),
        entry.OriginalValues.GetValue<PoolId>(nameof(Vm.Pool)), entry.OriginalValues.GetValue<VmSpec>(nameof(Vm.Spec)),
        entry.OriginalValues.GetValue<DateTimeOffset>(nameof(Vm.CreateTime)));

    private static (HostId, Occupant)? On(Vm vm, HostId? end) => On(end, vm.Project, vm.Pool, vm.Spec, vm.CreateTime);

    private static (HostId, Occupant)? On(HostId? host, string project, PoolId pool, VmSpec spec, DateTimeOffset createTime) =>
        host is { } on ? (on, Occupant.Of(project, pool, spec, createTime)) : null;

    private HostOccupancy OccupancyOf(HostId id) =>
        occupancies.TryGetValue(id, out var changed) ? changed : session.Fleet.Find(id)?.Occupancy ?? HostOccupancy.None;
}
