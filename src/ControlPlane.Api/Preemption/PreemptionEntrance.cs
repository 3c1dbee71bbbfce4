using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Vms;
using ControlPlane.Core;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Names;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Preemption;

/// <summary>
/// Accepts a create that finds no room and may make others stop. In the create's own turn it holds what is free of the room, and each of
/// the others gets the operation that stops it: from then on nobody else can do anything to them, and nobody else gets the room.
/// </summary>
public sealed class PreemptionEntrance(OperationStarter operations, TimeProvider time, IOptions<OperationOptions> options)
{
    /// <summary>
    /// 202 with the operation that begins with stopping VMs; or why there is no room, which may tell that pools do not allow it.
    /// </summary>
    /// <param name="session">The create's turn.</param>
    /// <param name="terms">Who asks.</param>
    /// <param name="name">The VM's name.</param>
    /// <param name="draft">The VM.</param>
    /// <param name="decision">The decision that found no room, or none below the pools' limits.</param>
    /// <param name="why">The refusal.</param>
    /// <param name="arrived">When the request came, as a time stamp.</param>
    internal async Task<(Answer? Accepted, Problem Why)> TryAsync(
        StoreSession session, RequestTerms terms, ResourceName name, VmDraft draft, Decision decision, Problem why, long arrived)
    {
        // One of a batch is not worth stopping others for, of which the next might be undone.
        if (terms.Parent is not null) { return (null, why); }
        if (why.Code != ProblemCode.InsufficientCapacity && why.Code != ProblemCode.InsufficientResources) { return (null, why); }
        if (await PreemptionSearch.FindAsync(session.Db, session.Ledger, draft) is not { } found) { return (null, why); }
        return found.Forbidding.Count == 0
            ? (await AcceptAsync(session, terms, name, draft, decision, found, arrived), why)
            : (null, NotAllowed(why, decision, found));
    }

    private static Problem NotAllowed(Problem why, Decision decision, PreemptionFinding found)
    {
        var view = PreemptionView.Of(found);
        return why.Reworded(words => $"{words} {view.Sentence}").WithRecord(decision, view);
    }

    private async Task<Answer> AcceptAsync(
        StoreSession session, RequestTerms terms, ResourceName name, VmDraft draft, Decision decision, PreemptionFinding found,
        long arrived)
    {
        var (now, plan) = (session.Now, found.Plan);
        var id = new VmId(Guid.CreateVersion7(now));
        var target = $"vms/{id}";
        var free = draft.Demand with { Resources = plan.Hold };
        var outcome = session.TryClaim(plan.Host, plan.Engine, draft.Chain, free, out _);
        Invariant.Check(outcome == AllocationOutcome.Allocated, "what a plan holds is free");
        var hold = new Allocation(
            new(Guid.CreateVersion7(now)), terms.Project, draft.Chain[0].Id, plan.Host, plan.Engine, target, id, plan.Hold, now);
        session.Keep(hold);
        var operation = OperationStarter.Begin(session, terms, OperationKind.CreateVm, target,
            [PreemptionSteps.Preempt, .. VmOperationTables.CreateSteps(draft.Spec)], found.Kept);
        operation.Parts = plan.Victims.Count;
        var placement = PlacementService.Keep(session, decision, found.Kept, terms.Project, target);
        operation.Placement = placement.ToString();
        operation.Begin(0, now);
        var vm = new Vm(id, terms.Project, name, draft.Chain[0].Id, draft.Spec, operation.Id, now);
        var until = (long)time.GetElapsedTime(arrived).TotalMicroseconds;
        vm.PlaceOn(plan.Host, plan.Engine, hold.Id, placement, until, decision.Microseconds);
        vm.HoldPart(plan.Hold);
        session.Add(vm);
        var children = await PreemptionSteps.BeginAsync(session, operation, options.Value.PreemptionGraceSeconds);
        await session.SaveAsync();
        return operations.Accepted(operation, children);
    }
}
