using ControlPlane.Core.Scheduling;

namespace ControlPlane.Benchmarks.Traces;

/// <summary>What is replayed on what.</summary>
/// <param name="Folder">The folder of the trace.</param>
/// <param name="Events">The file of events in it.</param>
/// <param name="Hosts">The file of hosts in it.</param>
/// <param name="Algorithm">How hosts are ranked.</param>
/// <param name="Count">The first so many hosts; null for all.</param>
/// <param name="Search">Whether to look for the fewest hosts that take the whole trace.</param>
/// <param name="Lifetimes">Whether each VM comes with its true lifetime: an experiment, not a comparable replay.</param>
/// <param name="CpuMilli">Whether CPU is asked for in thousandths, as the source has it, not in whole vCPUs.</param>
internal sealed record TraceTerms(
    string Folder, string Events, string Hosts, PlacementAlgorithm Algorithm, int? Count, bool Search, bool Lifetimes, bool CpuMilli)
{
    internal const string Usage =
        "trace <folder> [--events file] [--hosts file] [--algorithm BALANCED] [--count N] [--search] [--lifetimes] [--cpu-milli]";

    /// <summary>Reads the words of a command line after <c>trace</c>; throws <see cref="ArgumentException"/> with the usage.</summary>
    internal static TraceTerms Parse(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || !Directory.Exists(words[0])) { throw new ArgumentException($"no such folder. {Usage}"); }
        var folder = words[0];
        return new(folder, Value(words, "--events") ?? First(folder, "events*.csv.gz"), Value(words, "--hosts") ?? First(folder, "hosts*.csv"),
            AlgorithmOf(Value(words, "--algorithm") ?? "BALANCED"), Value(words, "--count") is { } count ? int.Parse(count) : null,
            words.Contains("--search"), words.Contains("--lifetimes"), words.Contains("--cpu-milli"));
    }

    private static string? Value(IReadOnlyList<string> words, string name)
    {
        for (var i = 1; i < words.Count - 1; i++)
        {
            if (words[i] == name) { return words[i + 1]; }
        }
        return null;
    }

    private static string First(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new ArgumentException($"{folder} has no {pattern}. {Usage}");

    private static PlacementAlgorithm AlgorithmOf(string word) =>
        Enum.TryParse<PlacementAlgorithm>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var algorithm)
            ? algorithm : throw new ArgumentException($"no algorithm '{word}'. {Usage}");
}
