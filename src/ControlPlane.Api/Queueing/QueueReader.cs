using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Api.Pools;
using ControlPlane.Api.Vms;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Queueing;

/// <summary>Says where an operation stands that waits for room, and what it waits for.</summary>
public sealed class QueueReader(Store store, PlacementService placements)
{
    /// <summary>The place of one, with the reason as it is now; null when it does not wait.</summary>
    internal async Task<QueuePlace?> PlaceAsync(Operation operation, CancellationToken ct)
    {
        if (operation.QueueTurn is null) { return null; }
        await using var db = store.Read(null);
        var place = await QueuePlaces.OfAsync(db, operation, ct);
        var why = await WhyAsync(db, store.Fleet, operation, ct);
        var free = place.Position == 1 ? "There is room now." : "Others come before it.";
        return place with { Reason = why is null ? free : Sentence(why) };
    }

    /// <summary>Why one that has waited until its deadline has failed.</summary>
    internal async Task<OperationFault> FaultAsync(StoreContext db, FleetSnapshot fleet, Operation operation)
    {
        var why = await WhyAsync(db, fleet, operation, CancellationToken.None);
        var waited = (long)(operation.QueueDeadline!.Value - operation.CreateTime).TotalSeconds;
        var sentence = why is null ? "What there was went to others before it." : Sentence(why);
        return new((why?.Code ?? ProblemCode.InsufficientCapacity).Text,
            $"No room came within {waited} s. {sentence}", operation.Steps[0].Name);
    }

    /// <summary>A refusal in words that stand alone, without its record.</summary>
    internal static string Sentence(Problem why) => PlacementView.Alone(why.Detail);

    private async Task<Problem?> WhyAsync(StoreContext db, FleetSnapshot fleet, Operation operation, CancellationToken ct)
    {
        if (StepScope.VmOf(operation) is not { } id) { return null; }
        if (await db.Vms.FirstOrDefaultAsync(row => row.Id == id, ct) is not { } vm) { return null; }
        var chain = await PoolChain.OfAsync(db, await db.Pools.FirstAsync(row => row.Id == vm.Pool, ct));
        if (PoolLimits.Exceeded(chain, vm.Spec.Demand) is { } full) { return full; }
        var decision = placements.Decide(fleet, VmDemands.Of(vm.Spec, chain, fleet, await QueueScan.GroupAsync(db, vm, ct)));
        return decision.Placement.Choice.Best is null ? PlacementService.Refusal(decision) : null;
    }
}
