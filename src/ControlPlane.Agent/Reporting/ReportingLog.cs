using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Reporting;

internal static partial class ReportingLog
{
    [LoggerMessage(4201, LogLevel.Warning, "A report of {Count} VMs was not taken; tried again in {DelayMs} ms")]
    public static partial void ReportFailed(ILogger logger, Exception fault, int count, double delayMs);
}
