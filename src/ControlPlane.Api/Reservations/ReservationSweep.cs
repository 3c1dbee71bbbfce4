using ControlPlane.Api.Persistence;
using ControlPlane.Core.Reservations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Reservations;

/// <summary>
/// Ends reservations whose time is over: one per turn in the lane, so that clients' writes go on in between. It looks at the store alone,
/// and so goes on where a dead service stopped.
/// </summary>
public sealed class ReservationSweep(
    Store store, IOptions<ReservationOptions> options, TimeProvider time, ILogger<ReservationSweep> logger)
{
    /// <summary>Reservations that one sweep ends at the most; the next goes on.</summary>
    internal const int BatchRows = 100;

    /// <summary>Gives back what is held beyond its time, and forgets what ended long ago.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var id in await DueAsync(ct))
        {
            await store.WriteAsync(null, session => ExpireAsync(session, id), ct);
        }
        foreach (var id in await OldAsync(ct))
        {
            await store.WriteAsync(null, session => ForgetAsync(session, id), ct);
        }
    }

    private async Task<List<ReservationId>> DueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = store.Read(null);
        return await db.Reservations.Where(row => row.State == ReservationState.Active && row.ExpireTime <= now)
            .OrderBy(row => row.ExpireTime).Select(row => row.Id).Take(BatchRows).ToListAsync(ct);
    }

    private async Task<List<ReservationId>> OldAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-options.Value.RetentionDays);
        await using var db = store.Read(null);
        return await db.Reservations.Where(row => row.State != ReservationState.Active && row.UpdateTime < end && row.ExpireTime < end)
            .OrderBy(row => row.ExpireTime).Select(row => row.Id).Take(BatchRows).ToListAsync(ct);
    }

    // Looked at again in the turn: the last slot may have been taken, or the reservation deleted, since.
    private async Task<bool> ExpireAsync(StoreSession session, ReservationId id)
    {
        var reservation = await session.Db.Reservations.FirstOrDefaultAsync(row => row.Id == id);
        if (reservation is not { State: ReservationState.Active } || reservation.IsOpen(session.Now)) { return false; }
        var slots = await ReservationRows.ReleaseAsync(session, reservation);
        reservation.Expire();
        await session.Db.SaveChangesAsync(CancellationToken.None);
        ReservationsLog.Expired(logger, id, slots);
        return true;
    }

    private static async Task<bool> ForgetAsync(StoreSession session, ReservationId id)
    {
        var reservation = await session.Db.Reservations.FirstOrDefaultAsync(row => row.Id == id);
        if (reservation is null or { State: ReservationState.Active }) { return false; }
        await ReservationRows.RemoveAsync(session, reservation);
        return true;
    }
}
