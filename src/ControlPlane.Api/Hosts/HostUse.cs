using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts;

/// <summary>Why a host cannot go: it registers itself, something is held on it, or something is being done to it.</summary>
internal static class HostUse
{
    private const int MaxOwners = 3;

    internal static async Task<Problem?> RefuseAsync(StoreSession session, Host host)
    {
        if (host.Driver != HostDriver.Simulated && !await session.Db.HostCertificates.AnyAsync(row => row.Host == host.Id))
        {
            return new Problem(ProblemCode.InvalidState,
                $"Host {host.Name} is the service's own machine and registers itself; cordon it to keep new VMs away.");
        }
        var engines = Enum.GetValues<EngineKind>().Select(kind => EnginePath.TargetOf(host.Id, kind)).ToList();
        var running = await session.Db.Operations.IgnoreQueryFilters()
            .FirstOrDefaultAsync(operation => engines.Contains(operation.Target) && operation.EndTime == null);
        if (running is not null) { return OperationStarter.InProgress(running.Id); }
        var held = await session.Db.Allocations.IgnoreQueryFilters().CountAsync(allocation => allocation.Host == host.Id);
        if (held == 0 && host.Inventory.All(entry => entry.Used == 0)) { return null; }
        return await HeldAsync(session, host, held);
    }

    // Hosts are everybody's, their owners' names are not: those of other projects are only counted.
    private static async Task<Problem> HeldAsync(StoreSession session, Host host, int held)
    {
        var owners = await session.Db.Allocations.Where(allocation => allocation.Host == host.Id)
            .OrderBy(allocation => allocation.CreateTime).ThenBy(allocation => allocation.Id)
            .Select(allocation => allocation.Owner).Take(MaxOwners).ToListAsync();
        var amounts = host.Inventory.Where(entry => entry.Engine is null && entry.Used > 0).OrderBy(entry => entry.Resource)
            .Select(entry => $"{entry.Used} {entry.Resource}");
        var more = held > owners.Count ? $" and {held - owners.Count} more" : "";
        return new Problem(ProblemCode.InvalidState,
            $"On host {host.Name} {string.Join(", ", amounts)} are held in {held} allocations, by {string.Join(", ", owners)}{more}; "
            + "delete the VMs and allocations first.");
    }
}
