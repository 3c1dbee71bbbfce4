using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>All that was found of one host.</summary>
/// <param name="Host">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Engine">The engine that would be used; null when none would do, or none is asked for.</param>
/// <param name="Checks">Every check, in a fixed order.</param>
/// <param name="Score">Between 0 and 1, higher is better; null when a check failed.</param>
/// <param name="Rank">1 for the best of those that fit; null when it does not fit.</param>
public sealed record HostVerdict(HostId Host, string Name, EngineKind? Engine, IReadOnlyList<Check> Checks, float? Score, int? Rank)
{
    /// <summary>
    /// The score by scorer: the algorithm's, then those of the rules that rank, each between 0 and 1. The score is their mean, a rule's
    /// counted twice. Empty when a check failed.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, float>> Scores { get; init; } = [];

    /// <summary>What would have to be otherwise for the host to fit.</summary>
    public IEnumerable<Check> Lacks => Checks.Where(check => check.Verdict != Verdict.Pass);

    /// <summary>The first check that failed, or null.</summary>
    public Check? Refusal => Checks.FirstOrDefault(check => check.Verdict != Verdict.Pass);
}
