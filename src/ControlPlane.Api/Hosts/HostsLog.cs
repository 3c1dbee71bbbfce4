using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;

namespace ControlPlane.Api.Hosts;

internal static partial class HostsLog
{
    [LoggerMessage(4001, LogLevel.Information, "Host {HostId} {Name} registered, driver {Driver}")]
    internal static partial void Registered(ILogger logger, HostId hostId, ResourceName name, HostDriver driver);

    [LoggerMessage(4002, LogLevel.Information, "Host {HostId} cordoned: {Cordoned}")]
    internal static partial void Cordoned(ILogger logger, HostId hostId, bool cordoned);

    [LoggerMessage(4006, LogLevel.Information, "Host {HostId} is active again")]
    internal static partial void Activated(ILogger logger, HostId hostId);

    [LoggerMessage(4003, LogLevel.Information, "Host {HostId} {Name} removed")]
    internal static partial void Removed(ILogger logger, HostId hostId, ResourceName name);
}
