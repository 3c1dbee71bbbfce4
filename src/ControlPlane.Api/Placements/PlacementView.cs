using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Placements;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Placements;

/// <summary>A decision as the client reads it.</summary>
internal static class PlacementView
{
    private const int MaxSentenceReasons = 4;

    internal static PlacementResource Of(Decision decision, PlacementRow? kept)
    {
        var best = decision.Placement.Ranking.Count > 0 ? decision.Placement.Ranking[0] : (Candidate?)null;
        return new()
        {
            Id = kept?.Id.ToString(),
            Target = kept?.Target,
            Algorithm = Words.Of(decision.Demand.Algorithm),
            Demand = decision.Demand.Resources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            Chosen = (kept?.Host ?? best?.Host)?.ToString(),
            Engine = Words.Of(kept is null ? best?.Engine : kept.Engine),
            Considered = decision.Placement.Considered,
            Refusals = decision.Placement.Refusals(),
            Hosts = [.. decision.Placement.Explain().Select(Of)],
            DecisionMicroseconds = decision.Microseconds,
            CreateTime = decision.Time,
        };
    }

    /// <summary>Why nothing was placed, in one sentence.</summary>
    internal static string Sentence(Decision decision)
    {
        if (decision.Placement.Considered == 0) { return "There is no host yet: register one with POST /v1/hosts."; }
        var reasons = decision.Placement.Refusals().OrderByDescending(pair => pair.Value).Take(MaxSentenceReasons)
            .Select(pair => $"{pair.Value} by {pair.Key}");
        var matching = decision.Placement.Explain().Any(host => host.Checks.All(check => check.Verdict != Verdict.Mismatch));
        var verb = decision.Placement.ExceedsEveryHost ? "could ever hold"
            : matching ? "has room now for" : "is of the kind asked for, with";
        return $"Of {decision.Placement.Considered} hosts none {verb} {decision.Demand.Resources}: refused "
            + $"{string.Join(", ", reasons)}. The member 'placement' tells for each host why.";
    }

    private static PlacementHost Of(HostVerdict verdict) => new()
    {
        Host = verdict.Host.ToString(),
        Name = verdict.Name,
        Fits = verdict.Score is not null,
        Engine = Words.Of(verdict.Engine),
        Score = verdict.Score is { } score ? score / (double)Utilization.Full : null,
        Rank = verdict.Rank,
        Checks = [.. verdict.Checks.Select(check => new PlacementCheck
        {
            Name = check.Name, Need = check.Need, Have = check.Have, Verdict = Words.Of(check.Verdict),
        })],
    };
}
