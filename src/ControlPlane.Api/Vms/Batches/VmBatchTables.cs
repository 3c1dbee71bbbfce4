using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>The step table of a batch: one step, of all VMs or of each, that waits for the operations of its VMs.</summary>
/// <param name="creation">Made when a step first needs it: it answers with operations, and so needs every table first.</param>
public sealed class VmBatchTables(Lazy<VmCreation> creation) : IOperationTables
{
    /// <summary>Makes every VM, or undoes them all. Their claims were taken together, in the commit that accepted the batch.</summary>
    public const string CreateAll = "create-all";

    /// <summary>Makes each VM that can be made, so many a turn.</summary>
    public const string CreateEach = "create-each";

    /// <summary>VMs accepted in one turn of the lane when each is for itself: others get their turns in between.</summary>
    public const int VmsPerTurn = 25;

    /// <summary>One table.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        new() { Kind = OperationKind.BatchCreateVms, Steps = [CreateAllStep(), CreateEachStep()], End = EndAsync },
    ];

    private static OperationStepWork CreateAllStep() => new()
    {
        Name = CreateAll,
        Do = _ => Task.FromResult<OperationFault?>(null), AwaitChildren = AllMadeAsync,
        Undo = VmBatchRemoval.BeginAsync, AwaitChildrenUndo = VmBatchRemoval.LookAsync,
    };

    private OperationStepWork CreateEachStep() => new()
    {
        Name = CreateEach,
        Do = NextAsync, AwaitChildren = EachThroughAsync,
        Undo = ChildOperations.CancelAsync, AwaitChildrenUndo = EndedAsync,
    };

    private async Task<OperationFault?> NextAsync(StepScope scope)
    {
        var batch = scope.Arguments<VmBatch>();
        await ChildOperations.OnBehalfAsync(scope, terms => batch.AdmitAsync(scope.Session, creation.Value, terms, VmsPerTurn));
        scope.Operation.Arguments = StoreJson.Write(batch);
        scope.Operation.Refused = batch.Refused;
        return null;
    }

    private static async Task<StepProgress> AllMadeAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var tally = await ChildOperations.TallyAsync(db, id, ct);
        if (tally.Failed > 0) { return new StepProgress.Missed(await FaultAsync(db, id, ct)); }
        return tally.AllEnded ? new StepProgress.Reached() : new StepProgress.Waiting();
    }

    private static async Task<StepProgress> EachThroughAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var tally = await ChildOperations.TallyAsync(db, id, ct);
        return tally.Remaining ? new StepProgress.Again() : tally.AllEnded ? new StepProgress.Reached() : new StepProgress.Waiting();
    }

    private static async Task<StepProgress> EndedAsync(StoreContext db, OperationId id, CancellationToken ct) =>
        (await ChildOperations.TallyAsync(db, id, ct)).AllEnded ? new StepProgress.Reached() : new StepProgress.Waiting();

    private static async Task<OperationFault> FaultAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var failed = await db.Operations
            .Where(row => row.Parent == id && (row.State == OperationState.Failed || row.State == OperationState.Cancelled))
            .OrderBy(row => row.EndTime).ThenBy(row => row.Id).FirstAsync(ct);
        var why = failed.Fault?.Message ?? "it did not succeed.";
        return new(failed.Fault?.Code ?? "host-failure", $"Operation {failed.Id} of the batch: {why} The batch is undone.", null);
    }

    private static async Task<string?> EndAsync(StepScope scope, OperationState state)
    {
        if (state != OperationState.Succeeded) { return null; }
        var batch = scope.Arguments<VmBatch>();
        var children = await scope.Session.Db.Operations.AsNoTracking().Where(row => row.Parent == scope.Operation.Id)
            .ToDictionaryAsync(row => row.Id);
        var items = batch.Items.Select(item => Of(item, item.Operation is { } id ? children[id] : null)).ToList();
        var made = items.Count(item => item.State == Words.Of(OperationState.Succeeded));
        return Wire.Write(new VmBatchResult
        {
            Mode = batch.AllOrNothing ? "ALL_OR_NOTHING" : "BEST_EFFORT", Made = made, NotMade = items.Count - made, Items = items,
        });
    }

    private static VmBatchResultItem Of(VmBatchItem item, Operation? child) => new()
    {
        Name = item.Name, Vm = item.Vm, Operation = item.Operation?.ToString(),
        State = child is null ? "REFUSED" : Words.Of(child.State),
        Code = item.Code ?? child?.Fault?.Code, Detail = item.Detail ?? child?.Fault?.Message,
    };
}
