namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// Whether a guest has lived one life, by what it has written on all hosts: no moment at which it ran in two places, no count that falls or
/// comes twice, nothing lost from its memory and disk.
/// </summary>
internal static class SingleLife
{
    /// <summary>What speaks against it, in sentences.</summary>
    public static IReadOnlyList<string> Breaches(IReadOnlyList<ConsoleLine> lines)
    {
        var boots = lines.Where(line => line.Counter is not null).GroupBy(line => line.Boot)
            .Select(boot => boot.OrderBy(line => line.Counter).ToList()).ToList();
        return
        [
            .. lines.Where(IsLoss).Select(line => $"something was lost: {line}"),
            .. boots.SelectMany(Forks),
            .. boots.SelectMany((boot, at) => boots.Skip(at + 1).Where(other => Overlap(boot, other))
                .Select(other => $"two boots ran at one time:\n{Ends(boot)}\n{Ends(other)}")),
        ];
    }

    private static bool IsLoss(ConsoleLine line) =>
        line.Value("bad") is { } bad && bad != "0" || line.Value("errors") is { } errors && errors != "0"
        || line.Text.Contains("Kernel panic", StringComparison.Ordinal);

    // A guest that was moved counts on where it stopped. One that runs in two places counts the same twice, or further where it was left.
    private static IEnumerable<string> Forks(IReadOnlyList<ConsoleLine> boot)
    {
        foreach (var (earlier, later) in boot.Zip(boot.Skip(1)))
        {
            if (earlier.Counter == later.Counter) { yield return $"counted twice:\n{earlier}\n{later}"; }
            else if (earlier.IsAfter(later)) { yield return $"counted on behind another that had gone further:\n{earlier}\n{later}"; }
        }
    }

    private static bool Overlap(IReadOnlyList<ConsoleLine> one, IReadOnlyList<ConsoleLine> other) =>
        one[^1].IsAfter(other[0]) && other[^1].IsAfter(one[0]);

    private static string Ends(IReadOnlyList<ConsoleLine> boot) => $"{boot[0]}\n{boot[^1]}";
}
