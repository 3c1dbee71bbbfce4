using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Vms;

internal static partial class VmsLog
{
    [LoggerMessage(4101, LogLevel.Information, "VM {VmId} reached generation {Generation}: {Power}")]
    public static partial void Settled(ILogger logger, string vmId, long generation, ObservedPower power);

    [LoggerMessage(4102, LogLevel.Debug, "{Step} of VM {VmId} for generation {Generation} done")]
    public static partial void StepDone(ILogger logger, VmStep step, string vmId, long generation);

    [LoggerMessage(4103, LogLevel.Warning, "{Step} of VM {VmId} for generation {Generation} failed: {Reason}: {Problem}")]
    public static partial void StepFailed(
        ILogger logger, Exception? cause, VmStep step, string vmId, long generation, string reason, string problem);

    [LoggerMessage(4104, LogLevel.Information, "VM {VmId} is {Power} by itself (guest powered off: {PoweredOff}); next try at {Due}")]
    public static partial void Ended(ILogger logger, string vmId, ObservedPower power, bool? poweredOff, DateTimeOffset due);

    [LoggerMessage(4105, LogLevel.Information, "VM {VmId} is started again: restart {Restarts}, {InRow} in a row")]
    public static partial void Restarting(ILogger logger, string vmId, int restarts, int inRow);

    [LoggerMessage(4106, LogLevel.Warning, "VM {VmId} given up at generation {Generation}: {Reason}: {Problem}")]
    public static partial void GaveUp(ILogger logger, string vmId, long generation, string reason, string problem);

    [LoggerMessage(4107, LogLevel.Debug, "VM {VmId}: what was done for generation {Generation} was superseded by a newer assignment")]
    public static partial void Superseded(ILogger logger, string vmId, long generation);

    [LoggerMessage(4108, LogLevel.Error, "VM {VmId} could not be looked at; tried again later")]
    public static partial void TurnFailed(ILogger logger, Exception fault, string vmId);

    [LoggerMessage(4110, LogLevel.Information, "Agent for {Scope} starts")]
    public static partial void AgentStarts(ILogger logger, string scope);

    [LoggerMessage(4111, LogLevel.Information, "Agent for {Scope} has its first full state: {Count} VMs at revision {Revision}")]
    public static partial void FirstState(ILogger logger, string scope, int count, long revision);

    [LoggerMessage(4112, LogLevel.Warning, "Assignments could not be fetched after revision {Revision}; tried again in {DelayMs} ms")]
    public static partial void AssignmentsFailed(ILogger logger, Exception fault, long revision, double delayMs);

    [LoggerMessage(4113, LogLevel.Information, "Agent for {Scope} stops; its guests run on")]
    public static partial void AgentStops(ILogger logger, string scope);

    [LoggerMessage(4114, LogLevel.Warning, "{Count} VMs without a record are on this host: {Ids}")]
    public static partial void Strays(ILogger logger, int count, string ids);

    [LoggerMessage(4115, LogLevel.Warning, "Searching for VMs without a record failed")]
    public static partial void StrayCheckFailed(ILogger logger, Exception fault);
}
