using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;

namespace ControlPlane.Api.Http.Logging;

/// <summary>Serilog to the console; levels come from the section `Serilog` of the settings or the environment.</summary>
internal static class LogSetup
{
    public static void AddLogs(this WebApplicationBuilder builder) => builder.Services.AddSerilog((_, serilog) => serilog
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .ReadFrom.Configuration(builder.Configuration)
        .Filter.ByExcluding(IsSaidOnStderr)
        .WriteTo.Console(new LineFormatter()));

    // StartupFaults says these in one sentence; the host would write their stack traces as well.
    private static bool IsSaidOnStderr(LogEvent logEvent) =>
        logEvent.Exception is OptionsValidationException or StartupRefusedException
        || (logEvent.Level >= LogEventLevel.Error && logEvent.Exception is { } fault && StartupFaults.Sentence(fault) is not null);
}
