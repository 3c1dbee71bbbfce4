using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Retention;

/// <summary>
/// Removes what has been kept long enough. It looks outside the lane and removes in it, a bounded number of rows per turn, so that
/// clients' writes go on in between. Nothing it removes is a change that a reader of events would want to know.
/// </summary>
public sealed class RetentionSweep(
    Store store, HistorySweep history, IOptions<RetentionOptions> options, IOptions<OperationOptions> operations, TimeProvider time,
    ILogger<RetentionSweep> logger)
{
    /// <summary>Rows that one turn in the lane removes at the most.</summary>
    internal const int BatchRows = 500;

    private const int IdempotencyHours = 24;

    /// <summary>Removes all that is due.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        Tell("operations", await RemoveOperationsAsync(ct));
        Tell("placements", await RemovePlacementsAsync(ct));
        Tell("rebalance plans", await RemovePlansAsync(ct));
        Tell("fleets", await RemoveFleetsAsync(ct));
        Tell("host history", await history.RunAsync(ct));
        Tell("events", await RemoveEventsAsync(ct));
        Tell("idempotency keys", await RemoveKeysAsync(ct));
    }

    private async Task<int> RemoveOperationsAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-operations.Value.RetentionDays);
        var removed = 0;
        while (true)
        {
            await using var db = store.Read(null);
            var due = await db.Operations.Where(row => row.EndTime < end).OrderBy(row => row.EndTime).Select(row => row.Id)
                .Take(BatchRows).ToListAsync(ct);
            if (due.Count == 0) { return removed; }
            removed += await InLaneAsync(lane => lane.Operations.Where(row => due.Contains(row.Id)), ct);
        }
    }

    // As old as an operation that goes, or beyond the number that is kept; but never the one that a VM shows as its own.
    private async Task<int> RemovePlacementsAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-operations.Value.RetentionDays);
        var (removed, seen) = (0, default(PlacementId));
        await using var db = store.Read(null);
        var surplus = await db.Placements.OrderByDescending(row => row.Id).Select(row => row.Id)
            .Skip(options.Value.MaxPlacements).FirstOrDefaultAsync(ct);
        while (true)
        {
            var page = await db.Placements.Where(row => row.Id > seen && (row.Id <= surplus || row.CreateTime < end))
                .OrderBy(row => row.Id).Select(row => row.Id).Take(BatchRows).ToListAsync(ct);
            if (page.Count == 0) { return removed; }
            seen = page[^1];
            var shown = await db.Vms.Where(vm => vm.Placement != null && page.Contains(vm.Placement.Value))
                .Select(vm => vm.Placement!.Value).ToListAsync(ct);
            var due = page.Except(shown).ToList();
            if (due.Count == 0) { continue; }
            removed += await InLaneAsync(lane => lane.Placements.Where(row => due.Contains(row.Id)), ct);
        }
    }

    private async Task<int> RemovePlansAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-operations.Value.RetentionDays);
        var removed = 0;
        while (true)
        {
            await using var db = store.Read(null);
            var due = await db.RebalancePlans.Where(row => row.CreateTime < end).OrderBy(row => row.CreateTime).Select(row => row.Id)
                .Take(BatchRows).ToListAsync(ct);
            if (due.Count == 0) { return removed; }
            removed += await InLaneAsync(lane => lane.RebalancePlans.Where(row => due.Contains(row.Id)), ct);
        }
    }

    private async Task<int> RemoveFleetsAsync(CancellationToken ct)
    {
        var removed = 0;
        while (true)
        {
            await using var db = store.Read(null);
            var due = await db.Fleets.Where(fleet => !db.Placements.Any(row => row.Fleet == fleet.Hash)).Select(fleet => fleet.Hash)
                .Take(BatchRows).ToListAsync(ct);
            if (due.Count == 0) { return removed; }

            // Asked again in the lane: a decision may have taken the fleet up in the meantime.
            removed += await InLaneAsync(lane => lane.Fleets
                .Where(fleet => due.Contains(fleet.Hash) && !lane.Placements.Any(row => row.Fleet == fleet.Hash)), ct);
        }
    }

    // Only from the old end, so that what is kept has no gap; and never the newest, from which the next revision is counted.
    private async Task<int> RemoveEventsAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        if (await db.Events.MaxAsync(row => (long?)row.Revision, ct) is not { } newest) { return 0; }
        var oldest = await db.Events.MinAsync(row => row.Revision, ct);
        var young = await EventTimes.FirstSinceAsync(db, time.GetUtcNow().AddDays(-options.Value.EventDays), ct) ?? newest;
        var keepFrom = Math.Max(newest - options.Value.MaxEvents + 1, young);
        var removed = 0;
        for (var below = oldest; below < keepFrom;)
        {
            below = Math.Min(below + BatchRows, keepFrom);
            var end = below;
            removed += await InLaneAsync(lane => lane.Events.Where(row => row.Revision < end), ct);
        }
        return removed;
    }

    private async Task<int> RemoveKeysAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow().AddHours(-IdempotencyHours);
        var removed = 0;
        while (true)
        {
            await using var db = store.Read(null);
            var due = await db.IdempotencyKeys.Where(row => row.CreateTime < end).OrderBy(row => row.CreateTime)
                .Select(row => row.CreateTime).Take(BatchRows).ToListAsync(ct);
            if (due.Count == 0) { return removed; }
            var last = due[^1];
            removed += await InLaneAsync(lane => lane.IdempotencyKeys.Where(row => row.CreateTime <= last), ct);
        }
    }

    // Past the change tracker, and so without events.
    private Task<int> InLaneAsync<T>(Func<StoreContext, IQueryable<T>> due, CancellationToken ct) =>
        store.WriteAsync(null, session => due(session.Db).ExecuteDeleteAsync(CancellationToken.None), ct);

    private void Tell(string kind, int rows)
    {
        if (rows > 0) { RetentionLog.Removed(logger, rows, kind); }
    }
}
