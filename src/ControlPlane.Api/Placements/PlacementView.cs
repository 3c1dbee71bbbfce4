using System.Globalization;
using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Api.Preemption;
using ControlPlane.Contracts.Placements;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Placements;

/// <summary>A decision as the client reads it.</summary>
internal static class PlacementView
{
    private const int MaxHostsOfRefusal = 100;
    private const string SeePlacement = "The member 'placement' tells for each host why.";
    private const int MaxSentenceReasons = 4;

    private static readonly string seeNearest = string.Create(
        CultureInfo.InvariantCulture, $"The member 'placement' tells why for the {MaxHostsOfRefusal} that come nearest.");

    internal static PlacementResource Of(Decision decision, PlacementRow? kept, int mostHosts = int.MaxValue)
    {
        var best = decision.Placement.Choice.Best;
        return new()
        {
            Id = kept?.Id.ToString(),
            Target = kept?.Target,
            Algorithm = Words.Of(decision.Demand.Algorithm),
            Demand = decision.Demand.Resources.Plus(decision.Demand.Reserved).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            Reservation = decision.Demand.Reservation?.ToString(),
            Chosen = (kept?.Host ?? best?.Host)?.ToString(),
            RunnerUp = decision.Placement.Choice.RunnerUp?.Host.ToString(),
            Nearest = decision.Placement.Nearest() is { } nearest ? Near(nearest, decision.Placement.SmallestChange()) : null,
            Preemption = kept?.Preemption is { } plan ? PreemptionView.Of(plan) : null,
            Engine = Words.Of(kept is null ? best?.Engine : kept.Engine),
            Considered = decision.Placement.Considered,
            Refusals = decision.Placement.Refusals(),
            Hosts = [.. decision.Placement.Foremost(mostHosts).Select(Of)],
            DecisionMicroseconds = decision.Microseconds,
            CreateTime = decision.Time,
        };
    }

    /// <summary>The same problem with the record of the decision that it comes of; of many hosts it has those that come nearest.</summary>
    internal static Problem WithRecord(this Problem problem, Decision decision, PlacementPreemption? preemption = null) =>
        problem.WithLater("placement", () => Of(decision, null, MaxHostsOfRefusal) with { Preemption = preemption });

    /// <summary>A sentence that stands without the record.</summary>
    internal static string Alone(string sentence) => sentence
        .Replace($" {SeePlacement}", "", StringComparison.Ordinal).Replace($" {seeNearest}", "", StringComparison.Ordinal);

    /// <summary>Why nothing was placed, in one sentence.</summary>
    internal static string Sentence(Decision decision)
    {
        if (decision.Placement.Considered == 0) { return "There is no host yet: register one with POST /v1/hosts."; }
        var reasons = decision.Placement.Refusals().OrderByDescending(pair => pair.Value).Take(MaxSentenceReasons)
            .Select(pair => $"{pair.Value} by {pair.Key}");
        var verb = decision.Placement.ExceedsEveryHost ? "could ever hold" : "can take now";
        return $"Of {decision.Placement.Considered} hosts none {verb} {decision.Demand.Resources}: refused "
            + $"{string.Join(", ", reasons)}. {Nearest(decision)}"
            + (decision.Placement.Considered > MaxHostsOfRefusal ? seeNearest : SeePlacement);
    }

    private static string Nearest(Decision decision) => decision.Placement.Nearest() is { } nearest
        ? $"The nearest is '{nearest.Name}': {string.Join(", ", nearest.Lacks.Select(Lack))}. " : "";

    private static string Lack(Check check) => $"{check.Name} needs {check.Need}, has {check.Have}";

    private static PlacementHost Of(HostVerdict verdict) => new()
    {
        Host = verdict.Host.ToString(),
        Name = verdict.Name,
        Fits = verdict.Score is not null,
        Engine = Words.Of(verdict.Engine),
        Score = verdict.Score,
        Rank = verdict.Rank,
        Scores = verdict.Scores.ToDictionary(scorer => scorer.Key, scorer => (double)scorer.Value),
        Checks = [.. verdict.Checks.Select(Of)],
    };

    private static NearestHost Near(HostVerdict nearest, IReadOnlyList<Remedy> changes) => new()
    {
        Host = nearest.Host.ToString(), Name = nearest.Name, Lacks = [.. nearest.Lacks.Select(Of)],
        Changes = [.. changes.Select(change => new PlacementChange
        {
            Action = Words.Of(change.Kind), Of = change.Of, Amount = change.Amount,
        })],
        Sentence = $"To fit on host '{nearest.Name}': {string.Join("; ", changes.Select(change => change.Words))}.",
    };

    private static PlacementCheck Of(Check check) => new()
    {
        Name = check.Name, Need = check.Need, Have = check.Have, Verdict = Words.Of(check.Verdict),
    };
}
