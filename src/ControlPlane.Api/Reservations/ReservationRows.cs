using ControlPlane.Api.Persistence;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Reservations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reservations;

/// <summary>The end of a reservation: its held slots go back to the hosts and pools, its rows are removed.</summary>
internal static class ReservationRows
{
    /// <summary>Gives back every slot that is held; gives their number.</summary>
    internal static async Task<int> ReleaseAsync(StoreSession session, Reservation reservation)
    {
        var slots = await session.Db.ReservationSlots
            .Where(slot => slot.Reservation == reservation.Id && slot.State == ReservationSlotState.Held)
            .OrderBy(slot => slot.Number).ToListAsync();
        if (slots.Count == 0) { return 0; }
        var held = await session.Db.Allocations.Where(row => row.Reservation == reservation.Id).ToDictionaryAsync(row => row.Id);
        var on = slots.Select(slot => slot.Host).Distinct().ToList();
        var hosts = await session.Db.Hosts.Where(host => on.Contains(host.Id)).ToDictionaryAsync(host => host.Id);
        var chain = await PoolChain.OfAsync(session, reservation.Pool);
        foreach (var slot in slots)
        {
            var allocation = held[slot.Allocation];
            var outcome = Ledger.Give(allocation, hosts[slot.Host], chain, allocation.Resources);
            Invariant.Check(outcome == AllocationOutcome.Allocated, "a slot is given back");
            session.Db.Allocations.Remove(allocation);
            reservation.Release(slot);
        }
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return slots.Count;
    }

    /// <summary>Removes one that holds nothing.</summary>
    internal static async Task RemoveAsync(StoreSession session, Reservation reservation)
    {
        Invariant.Check(reservation.Held == 0, "a reservation that is removed holds nothing");
        await session.Db.ReservationSlots.Where(slot => slot.Reservation == reservation.Id).ExecuteDeleteAsync(CancellationToken.None);
        session.Db.Reservations.Remove(reservation);
        await session.Db.SaveChangesAsync(CancellationToken.None);
    }
}
