using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Drivers.Qemu;

internal static partial class QemuLog
{
    [LoggerMessage(4301, LogLevel.Information, "VM {VmId}: QEMU started as process {ProcessId}")]
    public static partial void Started(ILogger logger, string vmId, int processId);

    [LoggerMessage(4302, LogLevel.Information, "VM {VmId}: process {ProcessId} is there already and goes on")]
    public static partial void Adopted(ILogger logger, string vmId, int processId);

    [LoggerMessage(4303, LogLevel.Information, "VM {VmId}: its guest ended by itself ({Status}); process {ProcessId} is ended")]
    public static partial void GuestEnded(ILogger logger, string vmId, GuestStatus status, int processId);

    [LoggerMessage(4304, LogLevel.Warning, "VM {VmId}: process {ProcessId} did not quit by itself and is killed")]
    public static partial void Killing(ILogger logger, string vmId, int processId);

    [LoggerMessage(4305, LogLevel.Warning, "VM {VmId}: the monitor of process {ProcessId} does not answer")]
    public static partial void MonitorSilent(ILogger logger, Exception fault, string vmId, int processId);

    [LoggerMessage(4306, LogLevel.Information, "VM {VmId}: nothing of it is left")]
    public static partial void Removed(ILogger logger, string vmId);

    [LoggerMessage(4307, LogLevel.Error, "Keeping consoles within their limits failed; tried again")]
    public static partial void RotationFailed(ILogger logger, Exception fault);

    [LoggerMessage(4308, LogLevel.Information, "VM {VmId}: incarnation {Incarnation} is awaited; memory at {Memory}, disk at {Disk}")]
    public static partial void Listening(ILogger logger, string vmId, long incarnation, string? memory, string? disk);

    [LoggerMessage(4309, LogLevel.Information, "VM {VmId}: handed over as incarnation {Incarnation} to host {HostId}")]
    public static partial void HandedOver(ILogger logger, string vmId, long incarnation, string hostId);

    [LoggerMessage(4310, LogLevel.Warning, "VM {VmId}: it was not sent and stays here")]
    public static partial void SendFailed(ILogger logger, Exception fault, string vmId);

    [LoggerMessage(4311, LogLevel.Information, "VM {VmId}: called back; incarnation {Incarnation} comes to nothing")]
    public static partial void CalledBack(ILogger logger, string vmId, long incarnation);
}
