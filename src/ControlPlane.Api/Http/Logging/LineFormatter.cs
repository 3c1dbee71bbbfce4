using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace ControlPlane.Api.Http.Logging;

/// <summary>One line per event, in UTC; a text of a client with line breaks in it cannot make a second one.</summary>
public sealed class LineFormatter : ITextFormatter
{
    private static readonly MessageTemplateTextFormatter message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new StringBuilder(256)
            .Append(logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Append(' ').Append(Level(logEvent.Level))
            .Append(' ').Append(Number(logEvent))
            .Append(' ').Append(logEvent.TraceId?.ToString() ?? "-")
            .Append(' ').Append(Source(logEvent))
            .Append(' ').Append(Message(logEvent));
        if (logEvent.Exception is { } fault)
        {
            line.Append(" | ").Append(fault);
        }

        WriteOneLine(line, output);
    }

    private static string Message(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        message.Format(logEvent, text);
        return text.ToString();
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        LogEventLevel.Fatal => "FTL",
    };

    private static string Number(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault("EventId") is StructureValue { Properties: var parts }
        && parts.FirstOrDefault(part => part.Name == "Id")?.Value is ScalarValue { Value: int number }
            ? number.ToString(CultureInfo.InvariantCulture)
            : "-";

    private static string Source(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string name }
            ? name[(name.LastIndexOf('.') + 1)..]
            : "-";

    private static void WriteOneLine(StringBuilder line, TextWriter output)
    {
        foreach (var character in line.ToString())
        {
            switch (character)
            {
                case '\n':
                    output.Write("\\n");
                    break;
                case '\r':
                    break;
                default:
                    output.Write(char.IsControl(character) ? '?' : character);
                    break;
            }
        }

        output.Write('\n');
    }
}
