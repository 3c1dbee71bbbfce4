using System.Diagnostics;
using System.Globalization;
using ControlPlane.Api.Http.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace ControlPlane.Api.Tests.Http;

public sealed class LogTests
{
    [Fact]
    public void An_event_is_one_line_in_utc_with_number_trace_and_source()
    {
        var trace = ActivityTraceId.CreateFromString("4bf92f3577b34da6a3ce929d0e0e4736");
        var line = Line(
            "Placed {Vm}\non {Host}", fault: null, trace,
            ("Vm", "vm_1"), ("Host", "a\r\nINF forged\u0007"), ("SourceContext", "ControlPlane.Api.Vms.VmService"));
        Assert.Equal(
            "2026-11-23T05:40:00.123Z WRN 2101 4bf92f3577b34da6a3ce929d0e0e4736 VmService Placed vm_1\\non a\\nINF forged?\n", line);
    }

    [Fact]
    public void A_fault_stays_on_the_line_of_its_event()
    {
        var line = Line("It failed", new InvalidOperationException("a\nb"), null);
        Assert.Contains("It failed | System.InvalidOperationException: a\\nb", line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    private static string Line(string template, Exception? fault, ActivityTraceId? trace, params (string Name, string Value)[] properties)
    {
        var number = new LogEventProperty("EventId", new StructureValue([new LogEventProperty("Id", new ScalarValue(2101))]));
        var one = new LogEvent(
            new DateTimeOffset(2026, 11, 23, 6, 40, 0, 123, TimeSpan.FromHours(1)), LogEventLevel.Warning, fault,
            new MessageTemplateParser().Parse(template),
            [number, .. properties.Select(p => new LogEventProperty(p.Name, new ScalarValue(p.Value)))], trace ?? default, default);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        new LineFormatter().Format(one, output);
        return output.ToString();
    }
}
