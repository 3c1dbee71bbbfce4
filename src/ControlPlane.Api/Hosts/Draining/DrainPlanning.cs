using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Api.Vms.Moving;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Draining;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Hosts.Draining;

/// <summary>Looks, before a host is emptied, whether each of its VMs has somewhere to go.</summary>
internal static class DrainPlanning
{
    private const long MiBPerGiB = 1_024;

    /// <summary>
    /// The VMs of the host with where each could go, those first that go first; what is in the way stands in their details.
    /// </summary>
    internal static async Task<List<DrainItem>> ItemsAsync(StoreSession session, Host host, HostDrain drain)
    {
        var vms = await ThereOrComing(session.Db, host.Id).ToListAsync();
        var policies = vms.ToDictionary(vm => vm.Id, vm => drain.PolicyOf(vm.Id.ToString(), vm.Name.ToString()));
        var going = vms.Where(vm => vm.Host == host.Id && policies[vm.Id] is DrainPolicy.Live or DrainPolicy.Cold).ToList();
        var closed = session.Fleet.With(session.Fleet.Find(host.Id)! with { State = HostState.Draining });
        var groups = await session.Db.AffinityGroups.IgnoreQueryFilters().ToDictionaryAsync(group => group.Id);
        var steps = Evacuation.Plan(closed, going.Select(vm => Of(session, vm, policies[vm.Id], closed,
            vm.AffinityGroup is { } id ? groups.GetValueOrDefault(id) : null, drain))).ToDictionary(step => step.Vm);
        var order = steps.Keys.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index);
        return
        [
            .. vms.OrderBy(vm => order.GetValueOrDefault(vm.Id, int.MaxValue)).ThenBy(vm => vm.Id)
                .Select(vm => Of(vm, policies[vm.Id], steps.GetValueOrDefault(vm.Id), session.Fleet)),
        ];
    }

    /// <summary>
    /// The VMs of a host, and those of others that are to come: a move has its room from when it is accepted, and its host hears of it
    /// later.
    /// </summary>
    internal static IQueryable<Vm> ThereOrComing(StoreContext db, HostId host) => db.Vms.IgnoreQueryFilters()
        .Where(vm => vm.Host == host || db.Allocations.Any(room => room.ForMove && room.Host == host && room.Vm == vm.Id))
        .OrderBy(vm => vm.Id);

    /// <summary>A VM as its turn finds it, that was not seen before.</summary>
    internal static DrainItem Of(Vm vm, DrainPolicy policy, EvacuationStep? step, FleetSnapshot fleet) => new()
    {
        Vm = vm.Id.ToString(), Name = vm.Name.ToString(), Project = vm.Project, Policy = policy,
        Target = step?.Target is { } target ? fleet.Find(target)?.Name : null,
        Detail = policy == DrainPolicy.Refuse ? "its policy is REFUSE"
            : policy != DrainPolicy.Stop && vm.State == VmState.Failed ? "it is FAILED: start, stop or delete it first"
            : step is { Target: null } ? Why(step) : null,
    };

    /// <summary>By which algorithm a VM goes.</summary>
    internal static MigrationAlgorithm AlgorithmOf(Vm vm, DrainPolicy policy, HostDrain drain) =>
        policy == DrainPolicy.Cold || vm.State == VmState.Stopped ? MigrationAlgorithm.Cold
        : Words.Parse<MigrationAlgorithm>(drain.Wanted.Algorithm);

    private static Movable Of(
        StoreSession session, Vm vm, DrainPolicy policy, FleetSnapshot fleet, Core.AffinityGroups.AffinityGroup? group, HostDrain drain)
    {
        var chain = session.Ledger.Chain(session.Ledger.Pool(vm.Pool)!);
        var demand = MigrationDemand.Of(vm, AlgorithmOf(vm, policy, drain), chain, fleet, group);
        return new(vm.Id, vm.Host!.Value, vm.Engine ?? EngineKind.Software, demand,
            Occupant.Of(vm.Project, vm.Pool, vm.Spec, vm.CreateTime), new(vm.Spec.MemoryMiB, vm.Spec.DiskGiB * MiBPerGiB));
    }

    private static string Why(EvacuationStep step)
    {
        var refusals = string.Join(", ", step.Placement.Refusals().Select(pair => $"{pair.Value} by {pair.Key}"));
        var changes = string.Join("; ", step.Placement.SmallestChange().Select(change => change.Words));
        return $"no host takes it: of {step.Placement.Considered} hosts refused {refusals}"
            + (changes.Length > 0 ? $"; to fit: {changes}" : "");
    }
}
