using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Hosts;

internal static partial class HostsLog
{
    [LoggerMessage(4401, LogLevel.Information, "Engine {Engine} proved: {Proved} ({Reason}): {Words}")]
    public static partial void EngineProved(ILogger logger, VirtualizationEngine engine, bool proved, string reason, string words);

    [LoggerMessage(4402, LogLevel.Information, "Host discovered: {Vcpus} vCPUs, {MemoryMiB} MiB, {DiskGiB} GiB, QEMU {QemuVersion}")]
    public static partial void Discovered(ILogger logger, int vcpus, long memoryMiB, long diskGiB, string qemuVersion);
}
