using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

internal static partial class LivenessLog
{
    [LoggerMessage(4401, LogLevel.Information,
        "Host {HostId} begins session {Session}, was {Before}: {Held} VMs are there, {Foreign} of them not its own, agent {Version}")]
    internal static partial void SessionBegun(
        ILogger logger, HostId hostId, long session, HostLiveness before, int held, int foreign, string version);
}
