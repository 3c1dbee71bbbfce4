using ControlPlane.Core.Hosts;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Api.Hosts.Liveness;

internal static partial class LivenessLog
{
    [LoggerMessage(4401, LogLevel.Information,
        "Host {HostId} begins session {Session}, was {Before}: {Held} VMs are there, {Foreign} of them not its own, agent {Version}")]
    internal static partial void SessionBegun(
        ILogger logger, HostId hostId, long session, HostLiveness before, int held, int foreign, string version);

    [LoggerMessage(4402, LogLevel.Warning,
        "Host {HostId} is {State}: {Silence} s without a renewal, watched at {Renewals} of them")]
    internal static partial void Declared(ILogger logger, HostId hostId, HostLiveness state, double silence, long renewals);

    [LoggerMessage(4403, LogLevel.Warning, "For {Seconds} s this process did not look at the hosts' leases; it begins to watch anew")]
    internal static partial void LookedAway(ILogger logger, double seconds);

    [LoggerMessage(4404, LogLevel.Error, "The hosts' leases could not be looked at")]
    internal static partial void NotLooked(ILogger logger, Exception fault);

    [LoggerMessage(4405, LogLevel.Critical,
        "{Silent} of {Hosts} hosts are silent: likely the service is cut off. Nothing is started elsewhere until most are back")]
    internal static partial void BrakeHolds(ILogger logger, int silent, int hosts);

    [LoggerMessage(4406, LogLevel.Warning, "{Silent} of {Hosts} hosts are silent: lost VMs are started elsewhere again")]
    internal static partial void BrakeLetsGo(ILogger logger, int silent, int hosts);

    [LoggerMessage(4407, LogLevel.Warning, "Host {HostId} comes and goes, held back from new VMs: {HeldBack}")]
    internal static partial void HeldBack(ILogger logger, HostId hostId, bool heldBack);

    [LoggerMessage(4408, LogLevel.Warning, "{Actor} states that host {HostId} is off: {Statement}")]
    internal static partial void Stated(ILogger logger, HostId hostId, string actor, string statement);

    [LoggerMessage(4409, LogLevel.Warning, "Host {HostId} is served by an agent of the version before: its lease is watched no more")]
    internal static partial void Downgraded(ILogger logger, HostId hostId);
}
