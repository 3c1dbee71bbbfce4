namespace ControlPlane.Api.Http.Logging;

internal static partial class HttpLog
{
    [LoggerMessage(1901, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds:0.0} ms by {Actor}")]
    public static partial void RequestDone(ILogger log, string method, string path, int status, double milliseconds, string actor);

    [LoggerMessage(1902, LogLevel.Debug, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    public static partial void ProbeDone(ILogger log, string method, string path, int status, double milliseconds);

    [LoggerMessage(1903, LogLevel.Error, "{Method} {Path} failed: {Code}")]
    public static partial void RequestFailed(ILogger log, string method, string path, string code, Exception fault);

    [LoggerMessage(1904, LogLevel.Warning, "{Path} refused: {Limit} is reached")]
    public static partial void LimitReached(ILogger log, string path, string limit);

    [LoggerMessage(1905, LogLevel.Warning, "Readiness check {Check} failed")]
    public static partial void ReadinessCheckFailed(ILogger log, string check, Exception fault);
}
