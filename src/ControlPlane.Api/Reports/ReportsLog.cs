namespace ControlPlane.Api.Reports;

internal static partial class ReportsLog
{
    [LoggerMessage(3201, LogLevel.Warning, "Operations under way could not be counted; the last counts stay")]
    internal static partial void NotCounted(ILogger logger, Exception fault);
}
