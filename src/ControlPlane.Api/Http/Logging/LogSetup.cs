using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ControlPlane.Api.Http.Logging;

/// <summary>Serilog to the console; levels come from the section `Serilog` of the settings or the environment.</summary>
internal static class LogSetup
{
    // As a provider, so that the framework's own factory keeps the logger of each category: Serilog's makes one whenever it is asked, and
    // authentication asks with each request.
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(Make(builder.Configuration), dispose: true));
    }

    private static Serilog.Core.Logger Make(IConfiguration settings) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .ReadFrom.Configuration(settings)
        .Filter.ByExcluding(IsSaidOnStderr)
        .WriteTo.Console(new LineFormatter())
        .CreateLogger();

    // StartupFaults says these in one sentence; the host would write their stack traces as well.
    private static bool IsSaidOnStderr(LogEvent logEvent) =>
        logEvent.Exception is OptionsValidationException or StartupRefusedException
        || (logEvent.Level >= LogEventLevel.Error && logEvent.Exception is { } fault && StartupFaults.Sentence(fault) is not null);
}
