using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Remote;

internal static partial class RemoteLog
{
    [LoggerMessage(4301, LogLevel.Warning, "Assignments after {Revision} cannot be had, everything is asked for anew: {Why}")]
    public static partial void AskedAnew(ILogger logger, long revision, string why);

    [LoggerMessage(4302, LogLevel.Warning, "What was seen of VM {VmId} is not taken by the service: {Code}")]
    public static partial void ObservationRefused(ILogger logger, string vmId, string code);

    [LoggerMessage(4303, LogLevel.Information, "The host's certificate was renewed, good until {Until}")]
    public static partial void Renewed(ILogger logger, DateTimeOffset until);

    [LoggerMessage(4304, LogLevel.Warning, "The host's certificate could not be renewed, good until {Until}")]
    public static partial void NotRenewed(ILogger logger, Exception fault, DateTimeOffset until);

    [LoggerMessage(4305, LogLevel.Warning, "The service does not hear the agent; guests run on as they were told")]
    public static partial void NotHeard(ILogger logger, Exception fault);

    [LoggerMessage(4306, LogLevel.Information, "The service hears the agent again")]
    public static partial void HeardAgain(ILogger logger);

    [LoggerMessage(4307, LogLevel.Information, "Image {Sha256} fetched, {Bytes} bytes")]
    public static partial void ImageFetched(ILogger logger, string sha256, long bytes);

    [LoggerMessage(4308, LogLevel.Information, "{Count} VMs are remembered from an earlier run and kept as they were told")]
    public static partial void Remembered(ILogger logger, int count);

    [LoggerMessage(4309, LogLevel.Warning, "What was remembered in {Path} cannot be read and is asked for anew")]
    public static partial void MemoryBroken(ILogger logger, Exception fault, string path);

    [LoggerMessage(4310, LogLevel.Information, "Image {Sha256} removed: no VM of this host stands on it")]
    public static partial void ImageRemoved(ILogger logger, string sha256);

    [LoggerMessage(4311, LogLevel.Information,
        "Session {Session} has begun, with a lease of {LengthMs} ms; {NotItsOwn} VMs are no longer this host's")]
    public static partial void SessionBegun(ILogger logger, long session, long lengthMs, int notItsOwn);

    [LoggerMessage(4312, LogLevel.Warning, "Session {Session} is over: {Why}")]
    public static partial void SessionOver(ILogger logger, long session, string why);

    [LoggerMessage(4313, LogLevel.Warning, "VM {VmId}, incarnation {Incarnation}, is no longer this host's: its guest is ended")]
    public static partial void NotItsOwn(ILogger logger, string vmId, long incarnation);
}
