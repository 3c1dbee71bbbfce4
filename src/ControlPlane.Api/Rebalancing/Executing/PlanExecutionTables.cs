using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>
/// The step table of a plan's execution: one step that begins the moves in order, each as a child, and is taken back by cancelling those
/// under way. What has moved stays moved.
/// </summary>
public sealed class PlanExecutionTables(Lazy<PlanExecutionTurn> turn, TimeProvider time) : IOperationTables
{
    /// <summary>Makes the moves.</summary>
    public const string Move = "move";

    /// <summary>One table.</summary>
    public IEnumerable<OperationTable> All() =>
    [
        new()
        {
            Kind = OperationKind.ExecuteRebalancePlan, End = EndAsync,
            Steps =
            [
                new()
                {
                    Name = Move, Do = scope => turn.Value.NextAsync(scope), AwaitChildren = LookAsync,
                    Undo = ChildOperations.CancelAsync, AwaitChildrenUndo = EndedAsync,
                },
            ],
        },
    ];

    // Again only when there is something to do: a child has ended, or a move may begin.
    private async Task<StepProgress> LookAsync(StoreContext db, OperationId id, CancellationToken ct)
    {
        var operation = await db.Operations.FirstAsync(row => row.Id == id, ct);
        var (execution, now) = (PlanExecution.Of(operation)!, time.GetUtcNow());
        if (execution.Moves.TrueForAll(move => move.Ended)) { return Ended(execution); }
        if (execution is { StoppedBy: not null, AtWork: 0 }) { return Ended(execution); }
        if (now > execution.Deadline) { return new StepProgress.Missed(TooLate(execution)); }
        var ids = execution.Moves.Where(move => move.State == PlannedMoveState.Moving).Select(move => move.Operation!.Value).ToList();
        var ended = await db.Operations.AnyAsync(row => ids.Contains(row.Id) && row.EndTime != null, ct);
        return ended || execution.MayBegin(now) ? new StepProgress.Again() : new StepProgress.Waiting();
    }

    private static StepProgress Ended(PlanExecution execution)
    {
        if (execution.StoppedBy is not { } move) { return new StepProgress.Reached(); }
        var (at, all) = (execution.Moves.IndexOf(move) + 1, execution.Moves.Count);
        return new StepProgress.Missed(new(move.Operation is null ? ProblemCode.PlanStale.Text : "move-failed",
            $"Move {at} of {all}, {move.Who}: {move.Detail} {Made(execution)} Make a new plan from here.", Move));
    }

    private static OperationFault TooLate(PlanExecution execution)
    {
        var next = execution.Moves.Find(move => move.State == PlannedMoveState.Waiting);
        var why = next is { Detail: { } detail } ? $" {next.Who}: {detail}" : "";
        return new("deadline-exceeded", $"The deadline has passed. {Made(execution)}{why}", Move);
    }

    private static string Made(PlanExecution execution) =>
        $"{execution.Moves.Count(move => move.State == PlannedMoveState.Done)} of {execution.Moves.Count} VMs are where the plan has them.";

    private static async Task<StepProgress> EndedAsync(StoreContext db, OperationId id, CancellationToken ct) =>
        await db.Operations.AnyAsync(row => row.Parent == id && row.EndTime == null, ct)
            ? new StepProgress.Waiting() : new StepProgress.Reached();

    private static async Task<string?> EndAsync(StepScope scope, OperationState state)
    {
        var (operation, execution) = (scope.Operation, PlanExecution.Of(scope.Operation)!);
        await PlanExecutionTurn.TakeInAsync(scope.Session, execution, mostAttempts: 0);
        operation.Arguments = StoreJson.Write(execution);
        foreach (var move in execution.Moves.Where(move => move.State == PlannedMoveState.Left))
        {
            operation.Warn($"{move.Who} was not moved: {move.Detail}");
        }
        return Wire.Write(ExecutionView.Of(execution));
    }
}
