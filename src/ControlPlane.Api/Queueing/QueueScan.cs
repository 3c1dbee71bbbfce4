using System.Runtime.CompilerServices;
using ControlPlane.Api.Operations;
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
    /// <summary>The front of the queue, and how much of it is read at a time.</summary>
    internal const int Length = 256;

    /// <summary>Those of the front that fit, first come first; the caller may claim for each before it asks for the next.</summary>
    /// <param name="db">Where to look; a lane's own context also shows what was claimed in its turn.</param>
    /// <param name="ledger">What is promised when it is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="hold">What the scan learns.</param>
    /// <param name="ct">Ends the scan.</param>
    internal async IAsyncEnumerable<QueueCandidate> FittingAsync(
        StoreContext db, Func<LedgerView> ledger, DateTimeOffset now, QueueHold hold,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var front = await PageAsync(db, null, ct);
        await foreach (var fitting in FittingAsync(db, front, ledger, now, hold, ct)) { yield return fitting; }
    }

    /// <summary>
    /// Goes along all of it, outside the lane, until somebody fits: many in front that find no room do not hide those behind them. Of the
    /// front it says only whether.
    /// </summary>
    /// <param name="db">Where to look.</param>
    /// <param name="ledger">What is promised.</param>
    /// <param name="now">The time.</param>
    /// <param name="hold">What the scan learns.</param>
    /// <param name="ct">Ends the scan.</param>
    internal async Task<QueueFinding> FindAsync(
        StoreContext db, LedgerView ledger, DateTimeOffset now, QueueHold hold, CancellationToken ct)
    {
        var found = new List<OperationId>();
        for (Operation? last = null; ;)
        {
            var page = await PageAsync(db, last, ct);
            await foreach (var fitting in FittingAsync(db, page, () => ledger, now, hold, ct)) { found.Add(fitting.Operation.Id); }
            if (found.Count > 0 || page.Count < Length) { return new(found.Count > 0, last is null ? [] : found, hold); }
            last = page[^1];
        }
    }

    /// <summary>Those of some that still wait and fit, in the order of the queue.</summary>
    /// <param name="db">Where to look.</param>
    /// <param name="some">Which.</param>
    /// <param name="ledger">What is promised when it is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="hold">What a scan up to them has learnt.</param>
    /// <param name="ct">Ends the scan.</param>
    internal async IAsyncEnumerable<QueueCandidate> StillFittingAsync(
        StoreContext db, IReadOnlyList<OperationId> some, Func<LedgerView> ledger, DateTimeOffset now, QueueHold hold,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var rows = await InOrder(QueuePlaces.Waiting(db).AsNoTracking().Where(row => some.Contains(row.Id))).ToListAsync(ct);
        await foreach (var fitting in FittingAsync(db, rows, ledger, now, hold, ct)) { yield return fitting; }
    }

    /// <summary>The group that a VM is in, to read; null when it is in none.</summary>
    internal static async Task<AffinityGroup?> GroupAsync(StoreContext db, Vm vm, CancellationToken ct) =>
        vm.Spec.Placement.AffinityGroup is not { } id ? null
        : await db.AffinityGroups.IgnoreQueryFilters().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, ct);

    private async IAsyncEnumerable<QueueCandidate> FittingAsync(
        StoreContext db, List<Operation> waiting, Func<LedgerView> ledger, DateTimeOffset now, QueueHold hold,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var end = now.AddSeconds(-options.Value.PatienceSeconds);
        foreach (var (operation, vm) in await WithVmsAsync(db, waiting, ct))
        {
            var (seen, group) = (ledger(), await GroupAsync(db, vm, ct));
            if (seen.Pool(vm.Pool) is not { } pool) { continue; }
            var chain = seen.Chain(pool);
            var candidate = new QueueCandidate(operation, vm, chain, VmDemands.Of(vm.Spec, chain, seen.Fleet, group));
            if (hold.Fits(candidate, seen.Fleet)) { yield return candidate; }
            else if (operation.CreateTime <= end) { hold.Keep(candidate, seen.Fleet); }
        }
    }

    private static Task<List<Operation>> PageAsync(StoreContext db, Operation? after, CancellationToken ct)
    {
        var waiting = QueuePlaces.Waiting(db).AsNoTracking();
        if (after is { QueueTurn: var turn, Id: var id })
        {
            waiting = waiting.Where(row => row.QueueTurn > turn || (row.QueueTurn == turn && row.Id > id));
        }
        return InOrder(waiting).Take(Length).ToListAsync(ct);
    }

    private static IQueryable<Operation> InOrder(IQueryable<Operation> waiting) =>
        waiting.OrderBy(row => row.QueueTurn).ThenBy(row => row.Id);

    private static async Task<List<(Operation Operation, Vm Vm)>> WithVmsAsync(
        StoreContext db, List<Operation> waiting, CancellationToken ct)
    {
        var ids = waiting.Select(VmOf).ToList();
        var vms = await db.Vms.IgnoreQueryFilters().AsNoTracking().Where(vm => ids.Contains(vm.Id)).ToDictionaryAsync(vm => vm.Id, ct);
        return [.. waiting.Where(row => vms.ContainsKey(VmOf(row))).Select(row => (row, vms[VmOf(row)]))];
    }

    private static VmId VmOf(Operation operation) => StepScope.VmOf(operation)!.Value;
}
