namespace ControlPlane.Api.Retention;

internal static partial class RetentionLog
{
    [LoggerMessage(3301, LogLevel.Information, "Retention removed {Rows} {Kind}")]
    internal static partial void Removed(ILogger logger, int rows, string kind);

    [LoggerMessage(3302, LogLevel.Warning, "Retention could not finish; it goes on after its interval")]
    internal static partial void Interrupted(ILogger logger, Exception fault);
}
