using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Lists;
using ControlPlane.Api.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reservations;

/// <summary>Reads reservations, and gives up those that are no longer wanted.</summary>
public sealed class ReservationService(Store store, Mutations mutations, ILogger<ReservationService> logger)
{
    /// <summary>A page of them, without their slots.</summary>
    public async Task<Answer> ListAsync(RequestTerms terms, ListTerms list, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        return await ListQuery.PageAsync(db.Reservations, ReservationFields.All, list, row => ReservationView.Of(row, null), ct);
    }

    /// <summary>One of them, with its slots.</summary>
    public async Task<Answer> GetAsync(string text, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        if (await Named.ReservationAsync(db, text) is not { } reservation) { return Problem.NotFound("reservation", text); }
        var slots = await db.ReservationSlots.Where(slot => slot.Reservation == reservation.Id)
            .OrderBy(slot => slot.Number).ToListAsync(ct);
        return Answer.Ok(ReservationView.Of(reservation, slots), reservation.Version);
    }

    /// <summary>Gives back what it still holds, and forgets it.</summary>
    public Task<Answer> DeleteAsync(string text, RequestTerms terms, CancellationToken ct) => mutations.RunAsync(terms, async session =>
    {
        if (await Named.ReservationAsync(session.Db, text) is not { } reservation) { return Problem.NotFound("reservation", text); }
        if (terms.Stale(reservation.Version) is { } stale) { return stale; }
        var slots = await ReservationRows.ReleaseAsync(session, reservation);
        await ReservationRows.RemoveAsync(session, reservation);
        if (!terms.ValidateOnly) { ReservationsLog.Deleted(logger, reservation.Id, slots); }
        return Answer.NoContent();
    }, ct);
}
