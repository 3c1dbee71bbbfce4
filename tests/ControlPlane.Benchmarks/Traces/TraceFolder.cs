using System.Globalization;
using System.IO.Compression;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>Reads the events and hosts of a trace: comma separated, columns by the names of the first line, events compressed by gzip.</summary>
internal static class TraceFolder
{
    /// <summary>The events, in replay order.</summary>
    internal static List<TraceEvent> ReadEvents(string path)
    {
        using var file = File.OpenRead(path);
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return [.. Rows(text, path).Select(EventOf)];
    }

    /// <summary>The hosts, in the order of the file: its first N are a pool of their own.</summary>
    internal static List<TraceHost> ReadHosts(string path)
    {
        using var text = new StreamReader(path);
        return [.. Rows(text, path).Select(HostOf)];
    }

    private static IEnumerable<Row> Rows(StreamReader text, string path)
    {
        var names = (text.ReadLine() ?? throw new InvalidDataException($"{path} is empty")).Split(',');
        var columns = names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index);
        while (text.ReadLine() is { } line) { yield return new Row(columns, line.Split(',')); }
    }

    private static TraceEvent EventOf(Row row) => new(
        row.Number("time"), row.Text("vm_id"), row.Text("event") == "create", row.Number("vcpus"), row.Number("memory_mib"),
        row.Number("cpu_milli"), (int)row.Number("gpus"), (int)row.Number("gpu_milli"), (int)row.Number("numa_nodes"),
        row.Text("policy"), row.Text("group"), row.Text("domain"));

    private static TraceHost HostOf(Row row)
    {
        var known = row.Text("n0_vcpus").Length > 0;
        return new(row.Text("host_id"), row.Text("rack"), row.Number("vcpus"), row.Number("memory_mib"),
            known ? [(row.Number("n0_vcpus"), row.Number("n0_memory_mib")), (row.Number("n1_vcpus"), row.Number("n1_memory_mib"))] : [],
            (int)row.Number("gpus"));
    }

    // A delete row ends after its third field; an empty field is nothing, or zero.
    private readonly record struct Row(Dictionary<string, int> Columns, string[] Fields)
    {
        internal string Text(string column) => Columns[column] < Fields.Length ? Fields[Columns[column]] : "";

        internal long Number(string column) =>
            Text(column) is { Length: > 0 } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
    }
}
