using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

internal static partial class OperationsLog
{
    [LoggerMessage(3001, LogLevel.Information, "Operation {OperationId} {Kind} of {Target} ended {State} after {Milliseconds} ms")]
    internal static partial void Ended(
        ILogger logger, OperationId operationId, OperationKind kind, string target, OperationState state, long milliseconds);

    [LoggerMessage(3002, LogLevel.Warning, "Operation {OperationId} step {Step} failed: {Code} {Message}")]
    internal static partial void StepFailed(ILogger logger, OperationId operationId, string step, string code, string message);

    [LoggerMessage(3003, LogLevel.Error, "Operation {OperationId} met a fault and is tried again in {Seconds} s")]
    internal static partial void Stumbled(ILogger logger, OperationId operationId, int seconds, Exception fault);

    [LoggerMessage(3004, LogLevel.Information, "{Count} unfinished operations are taken up")]
    internal static partial void TakenUp(ILogger logger, int count);

    [LoggerMessage(3005, LogLevel.Error, "The store could not be looked through for operations")]
    internal static partial void SweepFailed(ILogger logger, Exception fault);

    [LoggerMessage(3006, LogLevel.Warning, "Replica {Id} could not renew its lease; others may take up its operations")]
    internal static partial void NotRenewed(ILogger logger, string id, Exception fault);
}
