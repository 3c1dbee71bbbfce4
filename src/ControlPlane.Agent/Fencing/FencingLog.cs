using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Fencing;

internal static partial class FencingLog
{
    [LoggerMessage(4501, LogLevel.Information, "The watchdog watches {Folder}")]
    public static partial void Watches(ILogger logger, string folder);

    [LoggerMessage(4502, LogLevel.Information, "The watchdog of {Folder} ends")]
    public static partial void EndsToWatch(ILogger logger, string folder);

    [LoggerMessage(4503, LogLevel.Warning, "The lease is over: the guest of VM {VmId}, process {ProcessId}, is ended by the watchdog")]
    public static partial void Ended(ILogger logger, string vmId, int processId);

    [LoggerMessage(4504, LogLevel.Warning, "The watchdog cannot show that it lives")]
    public static partial void NotSigned(ILogger logger, Exception fault);

    [LoggerMessage(4505, LogLevel.Information, "No watchdog shows a sign of life; process {ProcessId} is begun")]
    public static partial void Begun(ILogger logger, int? processId);

    [LoggerMessage(4506, LogLevel.Error, "No watchdog can be begun: no guest that is restarted elsewhere is started here")]
    public static partial void NotBegun(ILogger logger, Exception fault);

    [LoggerMessage(4507, LogLevel.Warning, "VM {VmId}: the lease is about to end, its guest is made to stand still")]
    public static partial void Paused(ILogger logger, string vmId);

    [LoggerMessage(4508, LogLevel.Warning, "VM {VmId}: the lease is over, its guest is ended")]
    public static partial void Stopped(ILogger logger, string vmId);

    [LoggerMessage(4509, LogLevel.Information, "VM {VmId}: the lease is held again, its guest goes on")]
    public static partial void GoesOn(ILogger logger, string vmId);

    [LoggerMessage(4510, LogLevel.Warning, "VM {VmId}: {Step} for the lease failed and is tried again")]
    public static partial void NotFenced(ILogger logger, Exception fault, string vmId, string step);
}
