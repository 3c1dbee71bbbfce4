using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Makes the fleet in memory what the rows say: read whole when the store opens, then changed with each save of hosts and VMs. A host is
/// replaced once per save, whatever came, changed and went on it.
/// </summary>
internal sealed class FleetFollower(StoreSession session)
{
    private readonly Dictionary<HostId, HostOccupancy> occupancies = [];
    private readonly Dictionary<HostId, Host?> hosts = [];

    /// <summary>The fleet as the rows say, with who is on each host.</summary>
    internal static async Task<FleetSnapshot> ReadAsync(StoreContext db, CancellationToken ct)
    {
        var occupancies = await OccupanciesAsync(db.Vms, ct);
        var hosts = await db.Hosts.AsNoTracking().ToListAsync(ct);
        return FleetSnapshot.Of(hosts.Select(host => HostSnapshot.Of(host, occupancies.GetValueOrDefault(host.Id, HostOccupancy.None))));
    }

    /// <summary>The fleet with some of its hosts as the rows say: what another process has committed.</summary>
    /// <param name="fleet">As it was.</param>
    /// <param name="ids">The hosts that changed, came or went.</param>
    /// <param name="recount">Whether VMs may have come to them or left them.</param>
    /// <param name="db">Where to read.</param>
    /// <param name="ct">Ends it.</param>
    internal static async Task<FleetSnapshot> ReadAsync(
        FleetSnapshot fleet, IReadOnlyList<HostId> ids, bool recount, StoreContext db, CancellationToken ct)
    {
        var placed = db.Vms.Where(vm => vm.Host != null && ids.Contains(vm.Host.Value));
        var occupancies = recount ? await OccupanciesAsync(placed, ct) : null;
        var found = await db.Hosts.AsNoTracking().Where(host => ids.Contains(host.Id)).ToDictionaryAsync(host => host.Id, ct);
        foreach (var id in ids)
        {
            var occupancy = (occupancies is null ? fleet.Find(id)?.Occupancy : occupancies.GetValueOrDefault(id)) ?? HostOccupancy.None;
            fleet = found.TryGetValue(id, out var host) ? fleet.With(HostSnapshot.Of(host, occupancy)) : fleet.Without(id);
        }
        return fleet;
    }

    private static async Task<Dictionary<HostId, HostOccupancy>> OccupanciesAsync(IQueryable<Vm> vms, CancellationToken ct)
    {
        var occupancies = new Dictionary<HostId, HostOccupancy>();
        var placed = vms.AsNoTracking().Where(vm => vm.Host != null).Select(vm => new { vm.Host, vm.Project, vm.Pool, vm.Spec });
        await foreach (var vm in placed.AsAsyncEnumerable().WithCancellation(ct))
        {
            var there = occupancies.GetValueOrDefault(vm.Host!.Value, HostOccupancy.None);
            occupancies[vm.Host.Value] = there.Plus(Occupant.Of(vm.Project, vm.Pool, vm.Spec));
        }
        return occupancies;
    }

    /// <summary>Takes a row's change in.</summary>
    internal void Follow(EntityEntry entry)
    {
        if (entry.Entity is Host host) { hosts[host.Id] = entry.State == EntityState.Deleted ? null : host; }
        if (entry.Entity is Vm vm) { Follow(entry, vm); }
    }

    /// <summary>The fleet with all that was taken in.</summary>
    internal FleetSnapshot Fleet()
    {
        var fleet = session.Fleet;
        foreach (var (id, host) in hosts)
        {
            fleet = host is null ? fleet.Without(id) : fleet.With(HostSnapshot.Of(host, OccupancyOf(id)));
        }
        foreach (var (id, occupancy) in occupancies)
        {
            if (!hosts.ContainsKey(id) && fleet.Find(id) is { } there) { fleet = fleet.With(there with { Occupancy = occupancy }); }
        }
        return fleet;
    }

    private void Follow(EntityEntry entry, Vm vm)
    {
        var (left, came) = (Before(entry), entry.State == EntityState.Deleted ? null : On(vm.Host, vm.Project, vm.Pool, vm.Spec));
        if (left == came) { return; }
        if (left is var (from, gone)) { occupancies[from] = OccupancyOf(from).Minus(gone); }
        if (came is var (to, here)) { occupancies[to] = OccupancyOf(to).Plus(here); }
    }

    private static (HostId, Occupant)? Before(EntityEntry entry) => entry.State == EntityState.Added ? null : On(
        entry.OriginalValues.GetValue<HostId?>(nameof(Vm.Host)), entry.OriginalValues.GetValue<string>(nameof(Vm.Project)),
        entry.OriginalValues.GetValue<PoolId>(nameof(Vm.Pool)), entry.OriginalValues.GetValue<VmSpec>(nameof(Vm.Spec)));

    private static (HostId, Occupant)? On(HostId? host, string project, PoolId pool, VmSpec spec) =>
        host is { } on ? (on, Occupant.Of(project, pool, spec)) : null;

    private HostOccupancy OccupancyOf(HostId id) =>
        occupancies.TryGetValue(id, out var changed) ? changed : session.Fleet.Find(id)?.Occupancy ?? HostOccupancy.None;
}
