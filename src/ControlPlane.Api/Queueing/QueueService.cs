using ControlPlane.Api.Persistence;
using ControlPlane.Api.Placements;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Queueing;

/// <summary>Takes room for those that wait, and gives up those whose deadline has passed. Each method is a turn in the lane.</summary>
public sealed class QueueService(
    Store store, QueueScan scan, QueueReader reader, QueueKeep keep, PlacementService placements, ILogger<QueueService> logger)
{
    /// <summary>Claims, and operations given up, of one turn at the most.</summary>
    private const int MaxPerTurn = 16;

    /// <summary>Whether somebody waits for whom there seems to be room. Outside the lane, so that no turn is taken in vain.</summary>
    internal async Task<bool> HasRoomAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = store.Read(null);
        var (ledger, hold, any) = (store.Ledger, new QueueHold(), false);
        await foreach (var _ in scan.FittingAsync(db, () => ledger, now, hold, ct)) { any = true; }
        keep.Set(hold.LongWaiting);
        return any;
    }

    /// <summary>Takes room for those whose turn it is; gives their number.</summary>
    internal Task<int> ServeAsync(CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        var served = 0;
        await foreach (var candidate in scan.FittingAsync(session.Db, () => session.Ledger, session.Now, new(), CancellationToken.None))
        {
            if (await ClaimAsync(session, candidate) && ++served == MaxPerTurn) { break; }
        }
        return served;
    }, ct);

    /// <summary>Lets those fail whose deadline has passed; gives their number.</summary>
    internal Task<int> GiveUpAsync(CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        var late = await QueuePlaces.Waiting(session.Db).Where(row => row.QueueDeadline <= session.Now)
            .OrderBy(row => row.QueueDeadline).Take(MaxPerTurn).ToListAsync();
        foreach (var operation in late)
        {
            var fault = await reader.FaultAsync(session.Db, session.Fleet, operation);
            operation.LeaveQueue();
            operation.Fail(0, fault, session.Now);
            QueueLog.GivenUp(logger, operation.Id, fault.Message);
        }
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return late.Count;
    }, ct);

    private async Task<bool> ClaimAsync(StoreSession session, QueueCandidate candidate)
    {
        var decision = placements.Decide(session.Fleet, candidate.Demand);
        if (decision.Placement.Choice.Best is not { Engine: { } engine } best) { return false; }
        var taken = session.TryClaim(best.Host, engine, candidate.Chain, candidate.Demand, out var seat);
        if (taken != AllocationOutcome.Allocated) { return false; }
        var operation = await session.Db.Operations.FirstAsync(row => row.Id == candidate.Operation.Id);
        var vm = await session.Db.Vms.FirstAsync(row => row.Id == candidate.Vm.Id);
        var claim = new Allocation(new(Guid.CreateVersion7(session.Now)), vm.Project, vm.Pool, best.Host, engine, operation.Target, vm.Id,
            vm.Spec.Demand, session.Now, seat);
        session.Keep(claim);
        var placement = PlacementService.Keep(session, decision, best, vm.Project, operation.Target);
        var waited = session.Now - operation.CreateTime;
        vm.PlaceOn(best.Host, engine, claim.Id, placement, (long)waited.TotalMicroseconds, decision.Microseconds, seat);
        Settle(operation, placement, session.Now);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        QueueLog.Served(logger, operation.Id, best.Host, (long)waited.TotalMilliseconds);
        return true;
    }

    // From here on it is an operation like any other, with its claim taken in the commit that says so.
    private static void Settle(Operation operation, PlacementId placement, DateTimeOffset now)
    {
        operation.LeaveQueue();
        operation.Placement = placement.ToString();
        operation.Begin(0, now);
        operation.Complete(0, now);
    }
}
