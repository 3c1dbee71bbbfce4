using System.Globalization;
using ControlPlane.Agent.Remote;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Commands;

/// <summary>Writes each event as a line: time, level, number, source, sentence; a fault follows.</summary>
internal sealed class LineLogs(TextWriter output, TimeProvider time) : ILoggerProvider
{
    private readonly Lock turn = new();

    private string Now => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public ILogger CreateLogger(string categoryName) => new Source(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose() => output.Flush();

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRC",
        LogLevel.Debug => "DBG",
        LogLevel.Information => "INF",
        LogLevel.Warning => "WRN",
        LogLevel.Error => "ERR",
        LogLevel.Critical => "CRT",
        LogLevel.None => "NON",
    };

    // That the service is away or refuses is no fault of this program: where in it that was noticed says nothing.
    private static string Words(Exception? fault) => fault switch
    {
        null => "",
        HttpRequestException or AgentRefusedException or OperationCanceledException => $" | {fault.Message}",
        _ => $"{Environment.NewLine}{fault}",
    };

    private void Write(string line)
    {
        lock (turn) { output.WriteLine(line); }
    }

    private sealed class Source(LineLogs logs, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) { return; }
            logs.Write($"{logs.Now} {Word(logLevel)} {eventId.Id} {name} {formatter(state, exception)}{Words(exception)}");
        }
    }
}
