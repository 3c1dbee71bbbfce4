using ControlPlane.Api.Persistence;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts;

/// <summary>Which VMs keep an engine from being stopped.</summary>
internal static class EngineUse
{
    private const int MaxNamed = 3;

    /// <summary>What is true and what to do, or null when every VM of the engine is stopped.</summary>
    internal static async Task<string?> SentenceAsync(StoreContext db, EngineSeat seat)
    {
        var (host, kind) = (seat.Host.Id, seat.Kind);
        var active = db.Vms.Where(vm => vm.Host == host && vm.Engine == kind && vm.State != VmState.Stopped);
        var count = await active.IgnoreQueryFilters().CountAsync();
        if (count == 0) { return null; }
        var named = await active.OrderBy(vm => vm.Id).Take(MaxNamed).Select(vm => vm.Name).ToListAsync();
        var more = count > named.Count ? $" and {count - named.Count} more" : "";
        return $"On {seat.Words} {count} VMs are not STOPPED: {string.Join(", ", named)}{more}; stop them first.";
    }
}
