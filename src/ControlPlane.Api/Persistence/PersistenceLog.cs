namespace ControlPlane.Api.Persistence;

internal static partial class PersistenceLog
{
    [LoggerMessage(1001, LogLevel.Information, "Store opened: {Database}, revision {Revision}, {Hosts} hosts")]
    internal static partial void Opened(ILogger logger, string database, long revision, int hosts);

    [LoggerMessage(1002, LogLevel.Error, "A commit of {Writes} writes failed; none of them was kept")]
    internal static partial void CommitFailed(ILogger logger, int writes, Exception fault);

    [LoggerMessage(1003, LogLevel.Warning, "The connection broke while a commit was answered; the commit was kept")]
    internal static partial void AnswerLost(ILogger logger, Exception fault);

    [LoggerMessage(1004, LogLevel.Warning, "{Database} cannot be reached ({Reason}); trying again in {Seconds} s")]
    internal static partial void NotReached(ILogger logger, string database, string reason, int seconds);

    [LoggerMessage(1005, LogLevel.Information, "This process has the duty '{Duty}' now")]
    internal static partial void DutyTaken(ILogger logger, string duty);

    [LoggerMessage(1009, LogLevel.Warning, "Something changed past the write lane: {What}; it is read anew and the turns are taken again")]
    internal static partial void Stale(ILogger logger, string what);
}
