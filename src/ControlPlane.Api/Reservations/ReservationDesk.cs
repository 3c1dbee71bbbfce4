using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Reservations;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reservations;

/// <summary>Holds room for VMs to come: each slot is placed and claimed as a VM would be, all of them in one turn or none.</summary>
public sealed class ReservationDesk(Mutations mutations, PlacementService placements, ILogger<ReservationDesk> logger)
{
    private static readonly TimeSpan longest = TimeSpan.FromDays(366);

    /// <summary>Holds it, or says why not.</summary>
    public Task<Answer> MakeAsync(CreateReservation wanted, RequestTerms terms, CancellationToken ct) =>
        mutations.RunAsync(terms, async session =>
        {
            var end = wanted.ExpireTime ?? session.Now.AddSeconds(wanted.HoldSeconds!.Value);
            if (Lasts(end, session.Now) is { } fault) { return fault; }
            var name = ResourceName.Parse(wanted.Name);
            if (await session.Db.Reservations.AnyAsync(row => row.Name == name))
            {
                return new Problem(ProblemCode.AlreadyExists,
                    $"There is a reservation '{name}' already; take another name, or delete it first.");
            }
            if (await Named.PoolAsync(session.Db, wanted.Pool) is not { } pool) { return Problem.NotFound("pool", wanted.Pool); }
            var id = new ReservationId(Guid.CreateVersion7(session.Now));
            var reservation = new Reservation(id, terms.Project, name, pool.Id, end, session.Now);
            session.Db.Reservations.Add(reservation);
            if (await HoldAsync(session, reservation, wanted) is { } refusal) { return refusal; }
            await session.Db.SaveChangesAsync(CancellationToken.None);
            if (!terms.ValidateOnly) { ReservationsLog.Made(logger, id, reservation.Count, reservation.ExpireTime); }
            var slots = session.Db.ReservationSlots.Local.OrderBy(slot => slot.Number);
            return Answer.Created(ReservationView.PathOf(id), ReservationView.Of(reservation, slots), reservation.Version);
        }, ct);

    private static Problem? Lasts(DateTimeOffset expireTime, DateTimeOffset now) =>
        expireTime <= now ? Problem.Validation("expireTime", $"must lie in the future; it is {now:yyyy-MM-dd'T'HH:mm:ss'Z'} now")
        : expireTime > now + longest ? Problem.Validation("expireTime", $"must lie within {longest.Days} days from now")
        : null;

    // Each slot is placed on the fleet as the slots before it leave it.
    private async Task<Problem?> HoldAsync(StoreSession session, Reservation reservation, CreateReservation wanted)
    {
        var fleet = session.Fleet;
        IReadOnlyList<ReservationItem> items = wanted.Spec is { } one ? [new() { Count = wanted.Count ?? 1, Spec = one }] : wanted.Items;
        var count = items.Sum(item => item.Count);
        foreach (var item in items)
        {
            var (draft, problem) = await VmDrafts.OfAsync(session.Db, session.Fleet, wanted.Pool, item.Spec);
            if (draft is null) { return problem; }
            for (var i = 0; i < item.Count; i++)
            {
                var decision = placements.Decide(fleet, draft.Demand);
                if (decision.Placement.Choice.Best is not { } best) { return Refusal(decision, reservation.Count, count); }
                if (PoolLimits.Exceeded(draft.Chain, draft.Spec.Demand) is { } full) { return Said(full, reservation.Count, count); }
                if (await TakeAsync(session, reservation, draft, best) is not { } host)
                {
                    return Refusal(decision, reservation.Count, count);
                }
                fleet = WithSlot(fleet, host, Occupant.Of(reservation.Project, reservation.Pool, draft.Spec));
            }
        }
        return null;
    }

    // Nobody is on the host yet; for the slots that follow it counts as if the VM were, so that they keep to the rules of its group.
    private static FleetSnapshot WithSlot(FleetSnapshot fleet, Host host, Occupant to) =>
        fleet.With(HostSnapshot.Of(host, (fleet.Find(host.Id)?.Occupancy ?? HostOccupancy.None).Plus(to)));

    private static async Task<Host?> TakeAsync(StoreSession session, Reservation reservation, VmDraft draft, Candidate best)
    {
        var host = session.Db.Hosts.Local.FirstOrDefault(row => row.Id == best.Host)
            ?? await session.Db.Hosts.FirstAsync(row => row.Id == best.Host);
        var engine = best.Engine!.Value;
        var outcome = Ledger.Take(host, engine, draft.Chain, draft.Spec.Demand, draft.Demand.Numa, out var seat);
        if (outcome != AllocationOutcome.Allocated) { return null; }
        var held = new Allocation(new(Guid.CreateVersion7(session.Now)), reservation.Project, reservation.Pool, host.Id, engine,
            Reservation.OwnerOf(reservation.Id), null, draft.Spec.Demand, session.Now, seat);
        held.PassTo(reservation.Id);
        session.Db.Allocations.Add(held);
        session.Db.ReservationSlots.Add(reservation.Add(held));
        return host;
    }

    private static Problem Refusal(Decision decision, int placed, int count) =>
        Said(PlacementService.Refusal(decision), placed, count);

    private static Problem Said(Problem why, int placed, int count) => count == 1 ? why
        : why.Reworded(words => $"There is room for {placed} of the {count} VMs, and none was held. For the next: {words}");
}
