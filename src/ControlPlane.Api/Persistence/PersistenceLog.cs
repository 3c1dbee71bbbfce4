namespace ControlPlane.Api.Persistence;

internal static partial class PersistenceLog
{
    [LoggerMessage(1001, LogLevel.Information, "Store opened at {File}, revision {Revision}, {Hosts} hosts")]
    internal static partial void Opened(ILogger logger, string file, long revision, int hosts);

    [LoggerMessage(1002, LogLevel.Error, "A commit of {Writes} writes failed; none of them was kept")]
    internal static partial void CommitFailed(ILogger logger, int writes, Exception fault);
}
