using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Preemption;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Preemption;

/// <summary>Looks among the VMs of a project for those that could be stopped to make room for one more.</summary>
internal static class PreemptionSearch
{
    /// <summary>So many are looked at, those of the lowest priority first.</summary>
    internal const int MaxCandidates = 4_096;

    private static readonly VmState[] states = [VmState.Running, VmState.Paused, VmState.Stopped];

    /// <summary>What stopping VMs would do for it; null when it has no priority or nothing helps.</summary>
    /// <param name="db">Of the project that asks: VMs of others are never stopped for it.</param>
    /// <param name="ledger">Hosts and pools.</param>
    /// <param name="draft">What there is no room for.</param>
    internal static async Task<PreemptionFinding?> FindAsync(StoreContext db, LedgerView ledger, VmDraft draft)
    {
        var priority = draft.Spec.Placement.Priority;
        if (priority == 0) { return null; }
        var names = new Dictionary<VmId, (string Name, PoolId Pool, Power Before)>();
        var vms = await CandidatesAsync(db, ledger, priority, names);
        var task = new PreemptionTask(ledger.Fleet, draft.Demand, priority, draft.Chain, vms);
        if (Pool.AllowPreemption(draft.Chain) && Preemptor.Find(task) is { } plan) { return Found(plan, []); }
        if (Preemptor.Find(task with { AsIfAllowed = true }) is not { } wouldBe) { return null; }
        var chains = wouldBe.Victims.Select(vm => ledger.Chain(ledger.Pool(names[vm.Vm].Pool)!)).Prepend(draft.Chain);
        return Found(wouldBe, [.. chains.SelectMany(Forbidding).Distinct()]);

        PreemptionFinding Found(PreemptionPlan found, IReadOnlyList<string> forbidding) => new(found, new(
            found.Host, ledger.Fleet.Find(found.Host)!.Name, found.Engine, priority, [.. found.Victims.Select(Kept)]), forbidding);

        KeptVictim Kept(Preemptible vm) => new(
            vm.Vm, names[vm.Vm].Name, names[vm.Vm].Pool.ToString(), vm.Priority, vm.Frees, names[vm.Vm].Before);
    }

    private static async Task<List<Preemptible>> CandidatesAsync(
        StoreContext db, LedgerView ledger, int priority, Dictionary<VmId, (string Name, PoolId Pool, Power Before)> names)
    {
        var rows = await db.Vms.AsNoTracking()
            .Where(vm => vm.Preemptible && vm.Priority < priority && vm.Host != null && vm.Engine != null && vm.Operation == null
                && vm.Preempted == null && vm.Seat == null && states.Contains(vm.State))
            .OrderBy(vm => vm.Priority).ThenBy(vm => vm.Id).Take(MaxCandidates)
            .Select(vm => new { vm.Id, vm.Name, vm.Host, vm.Engine, vm.Pool, vm.Priority, vm.Spec, vm.DesiredPower }).ToListAsync();
        var vms = new List<Preemptible>(rows.Count);
        foreach (var vm in rows)
        {
            if (ledger.Pool(vm.Pool) is not { } pool) { continue; }
            var chain = ledger.Chain(pool);
            names[vm.Id] = (vm.Name.ToString(), vm.Pool, vm.DesiredPower);
            vms.Add(new(vm.Id, vm.Host!.Value, vm.Engine!.Value, vm.Priority, vm.Spec.Demand.Beyond(vm.Spec.DiskOnly()),
                [.. chain.Select(each => each.Id)], Pool.AllowPreemption(chain)));
        }
        return vms;
    }

    // Those that forbid it; where none does, the VM's own, which could allow it.
    private static IEnumerable<string> Forbidding(IReadOnlyList<Pool> chain)
    {
        if (Pool.AllowPreemption(chain)) { return []; }
        var forbidding = chain.Where(pool => pool.Preemption == false).Select(pool => pool.Name.ToString()).ToList();
        return forbidding.Count > 0 ? forbidding : [chain[0].Name.ToString()];
    }
}
