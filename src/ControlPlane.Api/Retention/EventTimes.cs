using ControlPlane.Api.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Retention;

/// <summary>
/// Finds events by their time, which grows with their revision: by halving, so that no index need be written with each event.
/// </summary>
internal static class EventTimes
{
    /// <summary>The revision from which on events are of a moment or later; null when all are older.</summary>
    internal static async Task<long?> FirstSinceAsync(StoreContext db, DateTimeOffset moment, CancellationToken ct)
    {
        if (await db.Events.MaxAsync(row => (long?)row.Revision, ct) is not { } newest) { return null; }
        var (low, high) = (await db.Events.MinAsync(row => row.Revision, ct), newest + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var next = await db.Events.Where(row => row.Revision >= middle).OrderBy(row => row.Revision)
                .Select(row => new { row.Revision, row.Time }).FirstAsync(ct);
            (low, high) = next.Time < moment ? (next.Revision + 1, high) : (low, middle);
        }
        return low > newest ? null : low;
    }
}
