using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Queueing;

internal static partial class QueueLog
{
    [LoggerMessage(3401, LogLevel.Information, "Operation {OperationId} got room on host {HostId} after {Milliseconds} ms of waiting")]
    internal static partial void Served(ILogger logger, OperationId operationId, HostId hostId, long milliseconds);

    [LoggerMessage(3402, LogLevel.Information, "Operation {OperationId} waited for room until its deadline: {Reason}")]
    internal static partial void GivenUp(ILogger logger, OperationId operationId, string reason);

    [LoggerMessage(3403, LogLevel.Error, "The queue could not be looked at; it is tried every second, and said once until it works")]
    internal static partial void Interrupted(ILogger logger, Exception fault);
}
