using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>A decision with what it was made from. All but the choice itself is made only when it is asked for.</summary>
public sealed class Placement
{
    private readonly FleetSnapshot fleet;
    private readonly Demand demand;
    private readonly ulong seed;
    private IReadOnlyList<HostVerdict>? verdicts;
    private HostVerdict? nearest;

    internal Placement(FleetSnapshot fleet, Demand demand, ulong seed, Choice choice) =>
        (this.fleet, this.demand, this.seed, Choice) = (fleet, demand, seed, choice);

    /// <summary>What came out.</summary>
    public Choice Choice { get; }

    /// <summary>The hosts that fit, best first.</summary>
    public IReadOnlyList<Candidate> Ranking => field ??= Scheduler.Rank(fleet, demand, seed);

    /// <summary>True when every host is too small, even when empty, or not of the kind asked for: waiting will not help.</summary>
    public bool ExceedsEveryHost => Choice.ExceedsEveryHost;

    /// <summary>How many hosts were looked at.</summary>
    public int Considered => fleet.Count;

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
    public IReadOnlyList<HostVerdict> Explain() => verdicts ??= [.. Judge()];

    /// <summary>
    /// The host that comes nearest when none fits, which is the smallest change that would make it fit: the fewest checks of the kind
    /// asked for failed, then the fewest checks at all, then the least missing room. Null when a host fits or there is none.
    /// </summary>
    public HostVerdict? Nearest() => Choice.Best is not null || Considered == 0 ? null
        : nearest ??= fleet.Hosts.Zip(Explain()).MinBy(pair => Distance(pair.First, pair.Second)).Second;

    /// <summary>
    /// Every host, in the order of their ids; of more than so many those that fit, best first, and then those that come nearest.
    /// </summary>
    public IReadOnlyList<HostVerdict> Foremost(int most) => Considered <= most ? Explain()
        : [.. fleet.Hosts.Zip(Explain()).OrderBy(pair => pair.Second.Rank ?? int.MaxValue)
            .ThenBy(pair => Distance(pair.First, pair.Second)).Take(most).Select(pair => pair.Second)];

    /// <summary>What to do so that the nearest host fits, all of it together; empty when a host fits or there is none.</summary>
    public IReadOnlyList<Remedy> SmallestChange() =>
        Nearest() is { } near && fleet.Find(near.Host) is { } host ? Remedies.Of(host, demand, near.Lacks) : [];

    /// <summary>Classes of the demand that no host has at all.</summary>
    public IReadOnlyList<ResourceClass> UnknownClasses() =>
        [.. demand.Resources.Select(amount => amount.Key).Where(resource => !resource.IsStandard && !fleet.Has(resource))];

    /// <summary>A word of the demand that no host has, or null.</summary>
    public UnknownWord? UnknownWord() => Scheduling.UnknownWord.In(demand, fleet);

    /// <summary>Two things of the demand that contradict each other, whatever hosts there are or where the group is; or null.</summary>
    public Contradiction? Contradiction() => Scheduling.Contradiction.In(demand) ?? Whereabouts.Contradict(demand, fleet);

    private (int, int, double, Hosts.HostId) Distance(HostSnapshot host, HostVerdict verdict) =>
        (verdict.Lacks.Count(check => check.Verdict == Verdict.Mismatch), verdict.Lacks.Count(), HostChecks.Missing(host, demand), host.Id);

    private IEnumerable<HostVerdict> Judge()
    {
        var ranks = new Dictionary<Hosts.HostId, (Candidate Candidate, int Rank)>(Ranking.Count);
        for (var i = 0; i < Ranking.Count; i++) { ranks[Ranking[i].Host] = (Ranking[i], i + 1); }
        var rules = new RuleBook(fleet, demand);
        var bare = rules.Rank ? Scheduler.Rank(fleet, rules.Bare, seed).ToDictionary(each => each.Host, each => each.Score) : null;
        if (rules.Grows) { foreach (var each in Ranking) { rules.Count(fleet.Find(each.Host)!, each); } }
        foreach (var host in fleet.Hosts)
        {
            var fits = ranks.TryGetValue(host.Id, out var ranked);
            var checks = HostChecks.Explain(host, demand, rules);
            Invariant.Check(fits == checks.TrueForAll(check => check.Verdict == Verdict.Pass), "the words differ from the decision");
            yield return new(host.Id, host.Name, fits ? ranked.Candidate.Engine : null, checks,
                fits ? ranked.Candidate.Score : null, fits ? ranked.Rank : null)
            {
                Scores = fits ? rules.Scores(host, bare?[host.Id] ?? ranked.Candidate.Score) : [],
            };
        }
    }
}
