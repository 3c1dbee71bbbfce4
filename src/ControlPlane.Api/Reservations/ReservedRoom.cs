using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Vms;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reservations;

/// <summary>
/// How a create takes a slot: the allocation that holds the slot becomes the VM's claim, in the create's own turn. Nothing is released
/// and taken again, so that nobody can come between.
/// </summary>
public sealed class ReservedRoom(PlacementService placements)
{
    /// <summary>The slot that a VM would take and the decision that says so, or why there is none.</summary>
    internal async Task<(ReservedSlot? Found, Problem? Problem)> FindAsync(
        StoreContext db, FleetSnapshot fleet, VmDraft draft, ReservationId id, DateTimeOffset now)
    {
        if (await db.Reservations.FirstOrDefaultAsync(row => row.Id == id) is not { } reservation)
        {
            return (null, Problem.NotFound("reservation", id.ToString()));
        }
        if (!reservation.IsOpen(now)) { return (null, ReservationRefusals.Over(reservation)); }
        var slots = await db.ReservationSlots.Where(slot => slot.Reservation == id && slot.State == ReservationSlotState.Held)
            .OrderBy(slot => slot.Number).ToListAsync();
        Decision? refused = null;
        var asked = new HashSet<(HostId, EngineKind)>();
        var fitting = Reservation.Fitting(slots, draft.Spec.Demand, draft.Demand.Numa);
        foreach (var slot in fitting.Where(slot => Accepts(draft.Spec.Engine, slot.Engine)))
        {
            // What a host says of one slot it says of all its slots: the room is there, only the host itself may have changed.
            if (!asked.Add((slot.Host, slot.Engine))) { continue; }
            var decision = placements.Decide(fleet, DemandOf(draft, slot));
            if (decision.Placement.Choice.Best is { } best) { return (new(reservation, slot, best, decision), null); }
            refused = decision;
        }
        return (null, ReservationRefusals.NoSlot(reservation, slots, draft, refused));
    }

    /// <summary>Makes the slot's room the size of the VM, which <see cref="Reservation.Consume"/> then makes its owner.</summary>
    internal async Task<(VmClaim? Claim, Problem? Problem)> TakeAsync(StoreSession session, VmDraft draft, ReservationId id)
    {
        var (found, problem) = await FindAsync(session.Db, session.Fleet, draft, id, session.Now);
        if (found is null) { return (null, problem); }
        var held = await session.Db.Allocations.FirstAsync(row => row.Id == found.Slot.Allocation);
        var host = await session.Db.Hosts.FirstAsync(row => row.Id == held.Host);
        if (!held.Resources.Equals(draft.Spec.Demand))
        {
            var outcome = Ledger.Resize(held, host, draft.Chain, draft.Spec.Demand);
            Invariant.Check(outcome == AllocationOutcome.Allocated, "a slot covers what takes it");
        }
        held.UpdateTime = session.Now;
        var claim = new VmClaim(AllocationOutcome.Allocated, host, found.Slot.Engine, found.Chosen, found.Decision);
        return (claim with { Slot = found, Held = held }, null);
    }

    /// <summary>
    /// Gives the slot of a VM that could not be made back to its reservation, where the reservation still runs and the host and pools have
    /// what the VM had not needed of it. False: the room is to be given back to all.
    /// </summary>
    internal static async Task<bool> TryReturnAsync(StoreSession session, Vm vm)
    {
        if (vm.Spec.Placement.Reservation is not { } id) { return false; }
        var reservation = await session.Db.Reservations.FirstOrDefaultAsync(row => row.Id == id);
        if (reservation is null || !reservation.IsOpen(session.Now)) { return false; }
        var slot = await session.Db.ReservationSlots.FirstOrDefaultAsync(row => row.Reservation == id && row.Vm == vm.Id);
        if (slot is null) { return false; }
        if (await VmLedger.ResizeAsync(session, vm, slot.Resources) != AllocationOutcome.Allocated) { return false; }
        reservation.TakeBack(slot, await session.Db.Allocations.FirstAsync(row => row.Id == slot.Allocation));
        return true;
    }

    // The room is the slot's: of the host it is only asked whether it takes such a VM now.
    private static Demand DemandOf(VmDraft draft, ReservationSlot slot) => draft.Demand with
    {
        Resources = ResourceVector.Empty, Reserved = draft.Spec.Demand, Reservation = slot.Reservation, Host = slot.Host,
        Numa = default, Engine = slot.Engine == EngineKind.Hardware ? EngineChoice.Hardware : EngineChoice.Software,
        Algorithm = PlacementAlgorithm.FirstFit,
    };

    private static bool Accepts(EngineChoice choice, EngineKind kind) => choice switch
    {
        EngineChoice.Any => true,
        EngineChoice.Hardware => kind == EngineKind.Hardware,
        EngineChoice.Software => kind == EngineKind.Software,
    };
}
