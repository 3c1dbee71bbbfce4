using System.Runtime.CompilerServices;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Vms;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Queueing;

/// <summary>
/// Goes along the queue in its order and names those that there is room for. One that finds none is passed by, so that room is not left
/// empty; but after its patience nobody behind it gets room that it could use.
/// </summary>
public sealed class QueueScan(IOptions<QueueOptions> options)
{
    /// <summary>How far one scan goes along the queue.</summary>
    internal const int Length = 256;

    /// <summary>Those that fit, first come first; the caller may claim for each before it asks for the next.</summary>
    /// <param name="db">Where to look; a lane's own context also shows what was claimed in its turn.</param>
    /// <param name="ledger">What is promised when it is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="hold">What the scan learns.</param>
    /// <param name="ct">Ends the scan.</param>
    internal async IAsyncEnumerable<QueueCandidate> FittingAsync(
        StoreContext db, Func<LedgerView> ledger, DateTimeOffset now, QueueHold hold,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var end = now.AddSeconds(-options.Value.PatienceSeconds);
        foreach (var (operation, vm) in await FirstAsync(db, ct))
        {
            var (seen, group) = (ledger(), await GroupAsync(db, vm, ct));
            if (seen.Pool(vm.Pool) is not { } pool) { continue; }
            var chain = seen.Chain(pool);
            var candidate = new QueueCandidate(operation, vm, chain, VmDemands.Of(vm.Spec, chain, seen.Fleet, group));
            if (hold.Fits(candidate, seen.Fleet)) { yield return candidate; }
            else if (operation.CreateTime <= end) { hold.Keep(candidate, seen.Fleet); }
        }
    }

    /// <summary>The group that a VM is in, to read; null when it is in none.</summary>
    internal static async Task<AffinityGroup?> GroupAsync(StoreContext db, Vm vm, CancellationToken ct) =>
        vm.Spec.Placement.AffinityGroup is not { } id ? null
        : await db.AffinityGroups.IgnoreQueryFilters().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, ct);

    private static async Task<List<(Operation Operation, Vm Vm)>> FirstAsync(StoreContext db, CancellationToken ct)
    {
        var waiting = await QueuePlaces.Waiting(db).AsNoTracking().OrderBy(row => row.QueueTurn).ThenBy(row => row.Id)
            .Take(Length).ToListAsync(ct);
        var ids = waiting.Select(VmOf).ToList();
        var vms = await db.Vms.IgnoreQueryFilters().AsNoTracking().Where(vm => ids.Contains(vm.Id)).ToDictionaryAsync(vm => vm.Id, ct);
        return [.. waiting.Where(row => vms.ContainsKey(VmOf(row))).Select(row => (row, vms[VmOf(row)]))];
    }

    private static VmId VmOf(Operation operation) => VmId.Parse(operation.Target["vms/".Length..]);
}
