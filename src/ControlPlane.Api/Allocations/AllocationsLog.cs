using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Api.Allocations;

internal static partial class AllocationsLog
{
    [LoggerMessage(5101, LogLevel.Information, "Allocation {AllocationId} takes {Resources} on host {HostId}")]
    internal static partial void Taken(ILogger logger, AllocationId allocationId, ResourceVector resources, HostId hostId);

    [LoggerMessage(5102, LogLevel.Information, "Allocation {AllocationId} gives {Resources} back to host {HostId}")]
    internal static partial void Given(ILogger logger, AllocationId allocationId, ResourceVector resources, HostId hostId);
}
