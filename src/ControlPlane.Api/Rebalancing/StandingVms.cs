using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Vms;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing;

/// <summary>
/// A pool's VMs, with those of the pools in it, as a plan sees them: those that may move, and those that may not with the reason.
/// </summary>
/// <param name="Movable">They may move.</param>
/// <param name="Skipped">They may not now.</param>
internal sealed record StandingVms(IReadOnlyList<Movable> Movable, IReadOnlyList<SkippedVm> Skipped)
{
    private const int MiBPerGiB = 1_024;

    /// <summary>All of them, or those of a list.</summary>
    internal static async Task<StandingVms> ReadAsync(
        StoreContext db, PoolFamily family, FleetSnapshot fleet, IReadOnlyList<VmId>? only, CancellationToken ct)
    {
        var pools = family.Pools.Select(pool => pool.Id).ToList();
        var vms = db.Vms.Where(vm => pools.Contains(vm.Pool) && vm.Host != null && (only == null || only.Contains(vm.Id)));
        var claims = await db.Allocations.Where(held => held.Vm != null && !held.ForMove && vms.Any(vm => vm.Id == held.Vm))
            .ToListAsync(ct);
        var held = claims.ToDictionary(claim => claim.Vm!.Value);
        var groups = await db.AffinityGroups.ToDictionaryAsync(group => group.Id, ct);
        var (movable, skipped) = (new List<Movable>(), new List<SkippedVm>());
        foreach (var vm in await vms.OrderBy(vm => vm.Id).ToListAsync(ct))
        {
            var claim = held.GetValueOrDefault(vm.Id);
            if (WhyNot(vm, claim, fleet) is { } why) { skipped.Add(why); }
            else if (claim is not null) { movable.Add(Of(vm, claim, family, fleet, groups)); }
        }
        return new(movable, skipped);
    }

    private static SkippedVm? WhyNot(Vm vm, Allocation? claim, FleetSnapshot fleet) =>
        vm.Operation is { } operation ? new(vm.Id, "OPERATION_RUNNING", $"Operation {operation} is at work on it.")
        : vm.State is not (VmState.Running or VmState.Paused or VmState.Stopped)
            ? new(vm.Id, "WRONG_STATE", $"It is {Words.Of(vm.State)}; only what is RUNNING, PAUSED or STOPPED can be moved.")
        : fleet.Find(vm.Host!.Value) is not { State: not (HostState.Suspect or HostState.Lost or HostState.Fenced) }
            ? new(vm.Id, "HOST_UNREACHABLE", "Its host is not heard of; nobody could take it from there.")
        : claim?.Seat is not null
            ? new(vm.Id, "OWN_NODES", "It has NUMA nodes or cores of its own; plans do not move such VMs yet.")
        : null;

    private static Movable Of(
        Vm vm, Allocation claim, PoolFamily family, FleetSnapshot fleet, Dictionary<AffinityGroupId, AffinityGroup> groups)
    {
        var group = vm.Spec.Placement.AffinityGroup is { } id ? groups.GetValueOrDefault(id) : null;
        var demand = VmDemands.Of(vm.Spec, family.Chains[vm.Pool], fleet, group) with { Resources = claim.Resources };
        // Each host keeps the files of its own VMs, so that a move copies the disk; memory is there only while there is a process.
        var memory = vm.State == VmState.Stopped ? 0 : vm.Spec.MemoryMiB;
        var occupant = Occupant.Of(vm.Project, vm.Pool, vm.Spec, vm.CreateTime);
        return new(vm.Id, claim.Host, claim.Engine ?? EngineKind.Software, demand, occupant, new(memory, vm.Spec.DiskGiB * MiBPerGiB));
    }
}
