using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>The execution of a plan as the client reads it.</summary>
internal static class ExecutionView
{
    /// <summary>The execution, or null when the operation is none.</summary>
    internal static OperationRebalance? Of(Operation operation) => PlanExecution.Of(operation) is { } execution ? Of(execution) : null;

    /// <summary>The same from what is kept.</summary>
    internal static OperationRebalance Of(PlanExecution execution) => new()
    {
        OnStale = execution.Wanted.OnStale, Parallelism = execution.Wanted.Parallelism, Deadline = execution.Deadline,
        Made = execution.Moves.Count(move => move.State == PlannedMoveState.Done),
        Left = execution.Moves.Count(move => move.State == PlannedMoveState.Left),
        Moves = [.. execution.Moves.Select(Of)],
    };

    /// <summary>Moves that have come to an end, of all; null for an operation that executes none.</summary>
    internal static OperationProgress? Progress(Operation operation)
    {
        if (PlanExecution.Of(operation) is not { } execution) { return null; }
        var (ended, total) = (execution.Moves.Count(move => move.Ended), execution.Moves.Count);
        var percent = operation.State == OperationState.Succeeded ? 100 : total == 0 ? 0 : Math.Min(99, ended * 100 / total);
        return new() { Percent = percent, Done = ended, Total = total, Unit = "MOVES" };
    }

    private static OperationRebalanceMove Of(PlannedMove move) => new()
    {
        Vm = move.Move.Vm.ToString(), Name = move.Name, Source = move.Move.From.ToString(), Target = move.Move.To.ToString(),
        State = Words.Of(move.State), Operation = move.Operation?.ToString(), Detail = move.Detail,
    };
}
