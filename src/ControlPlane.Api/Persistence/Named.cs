using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>Finds what a path or a member names, by id or by name, within the context's project.</summary>
internal static class Named
{
    internal static Task<Host?> HostAsync(StoreContext db, string idOrName) =>
        HostId.TryParse(idOrName, out var id) ? db.Hosts.FirstOrDefaultAsync(row => row.Id == id)
        : ResourceName.TryParse(idOrName, out var name) ? db.Hosts.FirstOrDefaultAsync(row => row.Name == name) : None<Host>();

    internal static Task<Pool?> PoolAsync(StoreContext db, string idOrName) =>
        PoolId.TryParse(idOrName, out var id) ? db.Pools.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<Pool>(db, idOrName);

    internal static Task<AffinityGroup?> AffinityGroupAsync(StoreContext db, string idOrName) =>
        AffinityGroupId.TryParse(idOrName, out var id) ? db.AffinityGroups.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<AffinityGroup>(db, idOrName);

    internal static Task<Vm?> VmAsync(StoreContext db, string idOrName) =>
        VmId.TryParse(idOrName, out var id) ? db.Vms.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<Vm>(db, idOrName);

    internal static Task<Reservation?> ReservationAsync(StoreContext db, string idOrName) =>
        ReservationId.TryParse(idOrName, out var id) ? db.Reservations.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<Reservation>(db, idOrName);
    internal static Task<Flavor?> FlavorAsync(StoreContext db, string idOrName) =>
        FlavorId.TryParse(idOrName, out var id) ? db.Flavors.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<Flavor>(db, idOrName);

    internal static Task<Image?> ImageAsync(StoreContext db, string idOrName) =>
        ImageId.TryParse(idOrName, out var id) ? db.Images.FirstOrDefaultAsync(row => row.Id == id)
        : ByNameAsync<Image>(db, idOrName);

    internal static Task<RebalancePlanRow?> PlanAsync(StoreContext db, Pool pool, string id) =>
        RebalancePlanId.TryParse(id, out var known)
            ? db.RebalancePlans.FirstOrDefaultAsync(row => row.Id == known && row.Pool == pool.Id) : None<RebalancePlanRow>();

    // The project is said once more: of the filter's own words, any project or this one, SQLite can use no index.
    private static Task<T?> ByNameAsync<T>(StoreContext db, string text)
        where T : class
    {
        if (!ResourceName.TryParse(text, out var name)) { return None<T>(); }
        var named = db.Set<T>().Where(row => EF.Property<ResourceName>(row, nameof(Vm.Name)) == name);
        return db.Project is { } project
            ? named.FirstOrDefaultAsync(row => EF.Property<string>(row, nameof(Vm.Project)) == project) : named.FirstOrDefaultAsync();
    }

    private static Task<T?> None<T>()
        where T : class => Task.FromResult<T?>(null);
}
