using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Preemption;
using ControlPlane.Api.Queueing;
using ControlPlane.Api.Reservations;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms;

/// <summary>
/// Accepts a new VM: decides on the committed fleet while other requests do the same, then, in the lane, proves the decision and writes
/// the VM, its claim, the placement, the operation and their events in one commit.
/// </summary>
public sealed class VmCreation(
    Store store, Mutations mutations, PlacementService placements, ReservedRoom reserved, PreemptionEntrance preemption,
    QueueEntrance waiting, QueueKeep keep, OperationStarter operations, TimeProvider time)
{
    /// <summary>202 with the operation, or why not.</summary>
    public async Task<Answer> CreateAsync(CreateVm body, RequestTerms terms, CancellationToken ct)
    {
        var arrived = time.GetTimestamp();
        var advice = await AdviseAsync(body, terms, ct);
        return await mutations.RunAsync(terms, session => AcceptAsync(session, body, terms, advice, arrived), ct);
    }

    /// <summary>What would happen; writes nothing.</summary>
    public async Task<Answer> ExplainAsync(string pool, VmSpecDocument spec, RequestTerms terms, CancellationToken ct)
    {
        await using var db = store.Read(terms.Project);
        var ledger = store.Ledger;
        var (draft, problem) = await VmDrafts.OfAsync(() => db, terms.Project, ledger, pool, spec);
        if (draft is null) { return problem!; }
        if (draft.Spec.Placement.Reservation is { } reservation)
        {
            var (slot, none) = await reserved.FindAsync(db, ledger.Fleet, draft, reservation, time.GetUtcNow());
            return slot is null ? none! : Answer.Ok(PlacementView.Of(slot.Decision, null));
        }
        var decision = placements.Decide(ledger.Fleet, draft.Demand);
        var placed = decision.Placement.Choice.Best is not null;
        if (!placed && PlacementService.Mistake(decision) is { } mistake) { return mistake; }
        var room = placed && PoolLimits.Exceeded(draft.Chain, draft.Spec.Demand) is null;
        var found = room ? null : await PreemptionSearch.FindAsync(db, ledger, draft);
        return Answer.Ok(PlacementView.Of(decision, null) with { Preemption = found is null ? null : PreemptionView.Of(found) });
    }

    /// <summary>The same in a turn that the caller holds, decided there: for one VM of many.</summary>
    internal Task<Answer> AdmitAsync(StoreSession session, CreateVm body, RequestTerms terms) =>
        AcceptAsync(session, body, terms, null, time.GetTimestamp());

    // Only advice: what is refused here may have changed by the turn in the lane, so refusals are decided there.
    private async Task<Decision?> AdviseAsync(CreateVm body, RequestTerms terms, CancellationToken ct)
    {
        await using var reading = new LazyRead(store, terms.Project);
        var ledger = store.Ledger;
        var (draft, _) = await VmDrafts.OfAsync(() => reading.Db, terms.Project, ledger, body.Pool, body.Spec);
        ct.ThrowIfCancellationRequested();
        return draft is null or { Spec.Placement.Reservation: not null } ? null : placements.Decide(ledger.Fleet, draft.Demand);
    }

    private async Task<Answer> AcceptAsync(StoreSession session, CreateVm body, RequestTerms terms, Decision? advice, long arrived)
    {
        var name = ResourceName.Parse(body.Name);
        if (await session.HasVmAsync(terms.Project, name))
        {
            return new Problem(ProblemCode.AlreadyExists, $"There is a VM '{name}' already; choose another name or delete it first.");
        }
        var (draft, problem) = await VmDrafts.OfAsync(() => session.Db, terms.Project, session.Ledger, body.Pool, body.Spec);
        if (draft is null) { return problem!; }
        if (draft.Spec.Placement.Reservation is { } reservation)
        {
            var (taken, none) = await reserved.TakeAsync(session, draft, reservation);
            return taken is null ? none! : await WriteAsync(session, name, draft, taken, terms, arrived);
        }
        if (await QueueEntrance.ComesAfterOthersAsync(session, draft))
        {
            return await AfterOthersAsync(session, name, draft, terms, arrived);
        }
        var claim = advice is null ? null : Claim(session, draft, advice);
        if (claim is null)
        {
            var decision = placements.Decide(session.Fleet, draft.Demand);
            claim = Claim(session, draft, decision);
            if (claim is null)
            {
                return await NoRoomAsync(session, terms, name, draft, decision, PlacementService.Refusal(decision), arrived);
            }
        }
        if (claim.KeptForOthers) { return KeptForOthers(claim); }
        return claim.Outcome == AllocationOutcome.Allocated
            ? await WriteAsync(session, name, draft, claim, terms, arrived)
            : await NoRoomAsync(session, terms, name, draft, claim.Decision, PoolRefusal(draft), arrived);
    }

    // Others are stopped for it, or it waits, or it is refused.
    private async Task<Answer> NoRoomAsync(
        StoreSession session, RequestTerms terms, ResourceName name, VmDraft draft, Decision decision, Problem why, long arrived)
    {
        var (accepted, said) = await preemption.TryAsync(session, terms, name, draft, decision, why, arrived);
        return accepted ?? await waiting.EnterAsync(session, terms, name, draft, said);
    }

    private static Problem KeptForOthers(VmClaim claim) => new Problem(ProblemCode.InsufficientCapacity,
        $"Host '{claim.Host.Name}' has room, and operations have waited long for such a host; they come first. "
        + "Try again later, or wait with them: onNoCapacity QUEUE.").WithRecord(claim.Decision);

    // What could never fit is refused at once all the same.
    private Task<Answer> AfterOthersAsync(StoreSession session, ResourceName name, VmDraft draft, RequestTerms terms, long arrived)
    {
        var decision = placements.Decide(session.Fleet, draft.Demand);
        var why = decision.Placement.Choice.Best is null ? PlacementService.Refusal(decision)
            : draft.Chain.Any(pool => pool.Check(draft.Spec.Demand) != AllocationOutcome.Allocated) ? PoolRefusal(draft) : null;
        return why is null ? waiting.EnterAsync(session, terms, name, draft, null)
            : NoRoomAsync(session, terms, name, draft, decision, why, arrived);
    }

    // Tries the best two hosts. A host that has changed since the decision is judged again. What is refused has taken nothing: the turn may
    // go on with another VM.
    private VmClaim? Claim(StoreSession session, VmDraft draft, Decision decision)
    {
        Candidate?[] candidates = [decision.Placement.Choice.Best, decision.Placement.Choice.RunnerUp];
        foreach (var candidate in candidates.OfType<Candidate>())
        {
            if (Scheduler.Confirm(session.Fleet, decision.Fleet, draft.Demand, candidate) is not { Engine: { } engine }) { continue; }
            if (keep.Holds(session.Fleet, candidate.Host))
            {
                return new(AllocationOutcome.NoCapacityNow, session.Ledger.Host(candidate.Host)!, engine, candidate, decision)
                {
                    KeptForOthers = true,
                };
            }
            var coming = Occupant.Of(draft.Chain[0].Project, draft.Chain[0].Id, draft.Spec, session.Now);
            var outcome = session.TryClaim(candidate.Host, engine, draft.Chain, draft.Demand, out var seat, coming);
            if (outcome is AllocationOutcome.Allocated or AllocationOutcome.ExceedsPoolLimit)
            {
                var host = session.Ledger.Host(candidate.Host)!;
                return new(outcome, host, engine, candidate with { Engine = engine }, decision) { Seat = seat };
            }
        }
        return null;
    }

    private async Task<Answer> WriteAsync(
        StoreSession session, ResourceName name, VmDraft draft, VmClaim claim, RequestTerms terms, long arrived)
    {
        var now = session.Now;
        var vmId = new VmId(Guid.CreateVersion7(now));
        var target = $"vms/{vmId}";
        var operation = OperationStarter.Begin(
            session, terms, OperationKind.CreateVm, target, VmOperationTables.CreateSteps(draft.Spec), null);
        var pool = draft.Chain[0];
        var allocation = claim.Held ?? new Allocation(new(Guid.CreateVersion7(now)), terms.Project, pool.Id, claim.Host.Id, claim.Engine,
            target, vmId, draft.Spec.Demand, now, claim.Seat);
        claim.Slot?.Reservation.Consume(claim.Slot.Slot, allocation, vmId);
        if (claim.Held is null) { session.Keep(allocation); }
        var placement = PlacementService.Keep(session, claim.Decision, claim.Chosen, terms.Project, target);
        var vm = new Vm(vmId, terms.Project, name, pool.Id, draft.Spec, operation.Id, now);
        var claimed = (long)time.GetElapsedTime(arrived).TotalMicroseconds;
        vm.PlaceOn(claim.Host.Id, claim.Engine, allocation.Id, placement, claimed, claim.Decision.Microseconds, allocation.Seat);
        operation.Placement = placement.ToString();
        operation.Begin(0, now);
        operation.Complete(0, now);
        session.Add(vm);
        return await operations.AcceptAsync(session, operation, vm);
    }

    private static Problem PoolRefusal(VmDraft draft)
    {
        foreach (var pool in draft.Chain)
        {
            foreach (var (resource, amount) in draft.Spec.Demand)
            {
                if (pool.Of(resource) is { Capacity: { } capacity } limit && amount > limit.Free)
                {
                    return new Problem(ProblemCode.InsufficientResources,
                        $"Pool '{pool.Name}' has {limit.Free} of {capacity} {resource} left and {amount} are asked for; "
                        + "free some, raise the pool's limit or take another pool.");
                }
            }
        }
        return new Problem(ProblemCode.InsufficientResources, "The pool has no room below its limits.");
    }
}
