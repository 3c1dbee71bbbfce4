using ControlPlane.Core.Scheduling.Scores;

namespace ControlPlane.Core.Scheduling;

/// <summary>Decides where something goes. Pure: the same fleet, demand and seed give the same decision.</summary>
public static class Scheduler
{
    /// <summary>Looks at every host, drops those that do not fit, ranks the others.</summary>
    /// <param name="fleet">The hosts at one moment.</param>
    /// <param name="demand">What is looked for.</param>
    /// <param name="seed">Chance for <see cref="PlacementAlgorithm.Random"/>; kept with the decision.</param>
    public static Placement Place(FleetSnapshot fleet, Demand demand, ulong seed)
    {
        var score = ScoreOf(demand.Algorithm);
        var ranking = new List<Candidate>(fleet.Hosts.Length);
        var (tooSmall, notNow) = (0, 0);
        foreach (var host in fleet.Hosts)
        {
            var verdict = HostChecks.Judge(host, demand, out var engine);
            if (verdict == Verdict.Pass) { ranking.Add(new(host.Id, engine, score.Of(host, demand, seed))); }
            if (verdict == Verdict.TooSmall) { tooSmall++; }
            if (verdict == Verdict.NotNow) { notNow++; }
        }
        ranking.Sort(static (left, right) =>
            left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Host.CompareTo(right.Host));
        return new(fleet, demand, ranking, ranking.Count == 0 && notNow == 0 && tooSmall > 0);
    }

    private static IScore ScoreOf(PlacementAlgorithm algorithm) => algorithm switch
    {
        PlacementAlgorithm.FirstFit => new FirstFit(),
        PlacementAlgorithm.BestFit => new BestFit(),
        PlacementAlgorithm.WorstFit => new WorstFit(),
        PlacementAlgorithm.Balanced => new Balanced(),
        PlacementAlgorithm.Random => new RandomOrder(),
    };
}
