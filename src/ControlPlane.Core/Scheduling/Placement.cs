using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>A decision: the hosts that fit in order, or why none does. Its words are made only when they are asked for.</summary>
public sealed class Placement
{
    private readonly FleetSnapshot fleet;
    private readonly Demand demand;

    internal Placement(FleetSnapshot fleet, Demand demand, IReadOnlyList<Candidate> ranking, bool exceedsEveryHost) =>
        (this.fleet, this.demand, Ranking, ExceedsEveryHost) = (fleet, demand, ranking, exceedsEveryHost);

    /// <summary>The hosts that fit, best first.</summary>
    public IReadOnlyList<Candidate> Ranking { get; }

    /// <summary>True when the hosts that match are all too small, even when empty: waiting will not help.</summary>
    public bool ExceedsEveryHost { get; }

    /// <summary>How many hosts were looked at.</summary>
    public int Considered => fleet.Hosts.Length;

    /// <summary>How many hosts the first failed check of each name refused, by name.</summary>
    public IReadOnlyDictionary<string, int> Refusals()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var verdict in Explain())
        {
            if (verdict.Refusal is { } refusal) { counts[refusal.Name] = counts.GetValueOrDefault(refusal.Name) + 1; }
        }
        return counts;
    }

    /// <summary>Every host with every check, in the order of their ids.</summary>
    public IEnumerable<HostVerdict> Explain()
    {
        var ranks = new Dictionary<Hosts.HostId, (Candidate Candidate, int Rank)>(Ranking.Count);
        for (var i = 0; i < Ranking.Count; i++) { ranks[Ranking[i].Host] = (Ranking[i], i + 1); }
        foreach (var host in fleet.Hosts)
        {
            var fits = ranks.TryGetValue(host.Id, out var ranked);
            var checks = HostChecks.Explain(host, demand);
            Invariant.Check(fits == checks.TrueForAll(check => check.Verdict == Verdict.Pass), "the words differ from the decision");
            yield return new(host.Id, host.Name, fits ? ranked.Candidate.Engine : null, checks,
                fits ? ranked.Candidate.Score : null, fits ? ranked.Rank : null);
        }
    }

    /// <summary>Classes of the demand that no host has at all.</summary>
    public IReadOnlyList<ResourceClass> UnknownClasses() => [.. demand.Resources.Select(amount => amount.Key)
        .Where(resource => !resource.IsStandard && !fleet.Hosts.Any(host => host.Capacity[resource] > 0
            || host.Engines.Any(engine => engine.Capacity[resource] > 0)))];
}
