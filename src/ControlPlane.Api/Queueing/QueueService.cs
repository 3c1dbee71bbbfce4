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

    /// <summary>For whom there seems to be room. Outside the lane, so that no turn there is taken in vain, nor a long one.</summary>
    internal async Task<QueueFinding> FindAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = store.Read(null);
        var finding = await scan.FindAsync(db, store.Ledger, now, new(), ct);
        keep.Set(finding.Hold.LongWaiting);
        return finding;
    }

    /// <summary>Takes room for those whose turn it is: the front as it is now, then those that were found behind it. How many.</summary>
    internal Task<int> ServeAsync(QueueFinding finding, CancellationToken ct) => store.WriteAsync(null, async session =>
    {
        var served = await ClaimAllAsync(session, 0,
            scan.FittingAsync(session.Db, () => session.Ledger, session.Now, new(), CancellationToken.None));
        return await ClaimAllAsync(session, served, scan.StillFittingAsync(
            session.Db, finding.Behind, () => session.Ledger, session.Now, finding.Hold, CancellationToken.None));
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

    private async Task<int> ClaimAllAsync(StoreSession session, int served, IAsyncEnumerable<QueueCandidate> fitting)
    {
        if (served == MaxPerTurn) { return served; }
        await foreach (var candidate in fitting)
        {
            if (await ClaimAsync(session, candidate) && ++served == MaxPerTurn) { break; }
        }
        return served;
    }

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
