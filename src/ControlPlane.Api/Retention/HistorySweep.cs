using ControlPlane.Api.Persistence;
using ControlPlane.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Retention;

/// <summary>
/// Removes from the history of hosts what no kept placement saw. A row was seen by the placements of the revisions from its own up to the
/// next of its host; the newest of each host is what the host is now, and stays.
/// </summary>
public sealed class HistorySweep(Store store, TimeProvider time)
{
    // A decision is kept moments after it was made: what is younger than this may still be asked for by one that is not kept yet.
    private static readonly TimeSpan youth = TimeSpan.FromMinutes(10);

    /// <summary>Removes all that is due, with the shapes that nothing refers to any more; gives the number of rows.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        var before = time.GetUtcNow() - youth;
        var horizon = await EventTimes.FirstSinceAsync(db, before, ct) - 1 ?? store.Revision;
        var seen = await db.Placements.Where(row => row.Fleet == null).Select(row => row.Revision).Distinct().ToListAsync(ct);
        seen.Sort();
        var (removed, due, count) = (0, new List<(HostId Host, List<long> Revisions)>(), 0);
        await foreach (var (host, rows) in HostsAsync(db, horizon, ct))
        {
            var gone = Due(rows, seen);
            if (gone.Count == 0) { continue; }
            due.Add((host, gone));
            count += gone.Count;
            if (count < RetentionSweep.BatchRows) { continue; }
            removed += await RemoveAsync(due, ct);
            (due, count) = ([], 0);
        }
        return removed + await RemoveAsync(due, ct) + await RemoveShapesAsync(ct);
    }

    /// <summary>Which of a host's rows no kept placement saw.</summary>
    /// <param name="rows">Its rows in order, and whether the host was gone with it.</param>
    /// <param name="seen">The revisions that kept placements saw, in order.</param>
    internal static List<long> Due(IReadOnlyList<(long Revision, bool Gone)> rows, List<long> seen)
    {
        var due = new List<long>();
        for (var i = 0; i < rows.Count - 1; i++)
        {
            var at = seen.BinarySearch(rows[i].Revision);
            var next = at >= 0 ? at : ~at;
            if (next == seen.Count || seen[next] >= rows[i + 1].Revision) { due.Add(rows[i].Revision); }
        }
        // A host that is gone needs no row to say so, once nothing tells that it was there.
        if (rows[^1].Gone && due.Count == rows.Count - 1) { due.Add(rows[^1].Revision); }
        return due;
    }

    private static async IAsyncEnumerable<(HostId Host, List<(long Revision, bool Gone)> Rows)> HostsAsync(
        StoreContext db, long horizon, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var rows = db.HostHistory.Where(row => row.Revision <= horizon).OrderBy(row => row.Host).ThenBy(row => row.Revision)
            .Select(row => new { row.Host, row.Revision, Gone = row.Shape == null });
        var (host, of) = (default(HostId), new List<(long, bool)>());
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            if (row.Host != host && of.Count > 0) { yield return (host, of); of = []; }
            host = row.Host;
            of.Add((row.Revision, row.Gone));
        }
        if (of.Count > 0) { yield return (host, of); }
    }

    private async Task<int> RemoveAsync(List<(HostId Host, List<long> Revisions)> due, CancellationToken ct) =>
        due.Count == 0 ? 0 : await store.WriteAsync(null, async session =>
        {
            var removed = 0;
            foreach (var (host, revisions) in due)
            {
                removed += await session.Db.HostHistory.Where(row => row.Host == host && revisions.Contains(row.Revision))
                    .ExecuteDeleteAsync(CancellationToken.None);
            }
            return removed;
        }, ct);

    private Task<int> RemoveShapesAsync(CancellationToken ct) => store.WriteAsync(null, session => session.Db.HostShapes
        .Where(shape => !session.Db.HostHistory.Any(row => row.Shape == shape.Hash)).ExecuteDeleteAsync(CancellationToken.None), ct);
}
