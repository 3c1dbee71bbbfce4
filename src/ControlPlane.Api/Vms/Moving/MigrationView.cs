using ControlPlane.Contracts.Operations;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>A move as the client reads it with its operation.</summary>
internal static class MigrationView
{
    private static readonly OperationTransfer none = new();

    /// <summary>The move, or null when the operation moves nothing.</summary>
    internal static OperationMigration? Of(Operation operation) => MigrationPlan.Of(operation) is { } plan ? Of(operation, plan) : null;

    /// <summary>How much of what is being sent is there, of 100; null while nothing is being sent.</summary>
    internal static OperationProgress? Progress(Operation operation)
    {
        if (operation.Done || operation.Transfer is not { } transfer) { return null; }
        var (total, left) = (transfer.MemoryBytesTotal + transfer.DiskBytesTotal,
            transfer.MemoryBytesLeft + transfer.DiskBytesTotal - transfer.DiskBytes);
        if (total == 0 || left > total) { return null; }
        var done = transfer.MemoryBytes == 0 ? transfer.DiskBytes : total - left;
        return new() { Percent = (int)Math.Min(99, done * 100 / total), Done = done, Total = total, Unit = "BYTES" };
    }

    private static OperationMigration Of(Operation operation, MigrationPlan plan)
    {
        var transfer = operation.Transfer ?? none;
        return new()
        {
            Algorithm = Words.Of(plan.Move.Terms.Algorithm), Source = plan.Source.ToString(), Target = plan.Move.Target.ToString(),
            Engine = Words.Of(plan.Move.Engine), Phase = PhaseOf(operation), PastReturn = transfer.PastReturn,
            MemoryBytes = transfer.MemoryBytes, MemoryBytesLeft = transfer.MemoryBytesLeft, MemoryBytesTotal = transfer.MemoryBytesTotal,
            DiskBytes = transfer.DiskBytes, DiskBytesTotal = transfer.DiskBytesTotal, DirtyBytesPerSecond = transfer.DirtyBytesPerSecond,
            Passes = transfer.Passes, ExpectedDowntimeMs = transfer.ExpectedDowntimeMs, DowntimeMs = transfer.DowntimeMs,
            TotalMs = transfer.TotalMs,
        };
    }

    private static string? PhaseOf(Operation operation) =>
        operation.Steps.FirstOrDefault(step => step.State is StepState.Running or StepState.Undoing)?.Name;
}
