using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Agents;

internal static partial class AgentsLog
{
    [LoggerMessage(5001, LogLevel.Information, "Host {HostId} {Name}: {Vcpus} vCPUs, {MemoryMiB} MiB, {DiskGiB} GiB, QEMU {QemuVersion}")]
    internal static partial void Registered(
        ILogger logger, HostId hostId, string name, int vcpus, long memoryMiB, long diskGiB, string qemuVersion);

    [LoggerMessage(5002, LogLevel.Information, "Engine {Engine} of host {HostId}: proved {Proved}, {Reason}: {Message}")]
    internal static partial void Proved(ILogger logger, HostId hostId, EngineKind engine, bool proved, string reason, string message);

    [LoggerMessage(5003, LogLevel.Information, "VM {VmId} is {Power} on its host, process {ProcessId}, restarts {Restarts}")]
    internal static partial void Observed(ILogger logger, VmId vmId, Power power, int? processId, int restarts);

    [LoggerMessage(5004, LogLevel.Warning, "VM {VmId}: {Reason} {Message}")]
    internal static partial void Failed(ILogger logger, VmId vmId, string reason, string message);

    [LoggerMessage(5005, LogLevel.Error, "The embedded agent of {Scope} ended and is begun again in {Seconds} s")]
    internal static partial void AgentEnded(ILogger logger, string scope, int seconds, Exception fault);

    [LoggerMessage(5006, LogLevel.Warning, "A report speaks of VM {VmId}, which is not on host {HostId}; ignored")]
    internal static partial void Foreign(ILogger logger, string vmId, string hostId);

    [LoggerMessage(5007, LogLevel.Information, "Agents are listened for at {Address}")]
    internal static partial void DoorOpen(ILogger logger, Uri address);

    [LoggerMessage(5008, LogLevel.Warning, "An agent was refused: {Code}, from {Address}")]
    internal static partial void Stranger(ILogger logger, string code, System.Net.IPAddress? address);

    [LoggerMessage(5009, LogLevel.Warning, "A report of VM {VmId} by host {HostId} was refused: {Code}")]
    internal static partial void Refused(ILogger logger, string vmId, HostId hostId, string code);

    [LoggerMessage(5010, LogLevel.Information, "Nothing of VM {VmId} is left on host {HostId}, which it has left")]
    internal static partial void Departed(ILogger logger, string vmId, HostId hostId);
}
