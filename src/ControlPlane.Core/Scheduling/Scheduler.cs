using System.Buffers;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling.Scores;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Decides where something goes. Pure: the same fleet, demand and seed give the same decision, ties broken by the host's id. Every host
/// is looked at, 64 at a time.
/// </summary>
public static class Scheduler
{
    private const int MaxWordsOnStack = 256;

    /// <summary>Looks at every host, drops those that do not fit, ranks the others; its words are made when they are asked for.</summary>
    /// <param name="fleet">The hosts at one moment.</param>
    /// <param name="demand">What is looked for.</param>
    /// <param name="seed">Chance for <see cref="PlacementAlgorithm.Random"/>; kept with the decision.</param>
    public static Placement Place(FleetSnapshot fleet, Demand demand, ulong seed)
    {
        var seen = demand.Leaving is { } leaving ? leaving.SeenIn(fleet) : fleet;
        return new(seen, demand, seed, ChooseSeen(seen, demand, seed));
    }

    /// <summary>The decision alone. Allocates nothing, but for a VM that is somewhere already.</summary>
    public static Choice Choose(FleetSnapshot fleet, Demand demand, ulong seed) =>
        ChooseSeen(demand.Leaving is { } leaving ? leaving.SeenIn(fleet) : fleet, demand, seed);

    private static Choice ChooseSeen(FleetSnapshot fleet, Demand demand, ulong seed)
    {
        var numbers = Rules.ScratchOf(fleet, demand);
        if (numbers == 0) { return Choose(fleet, demand, seed, []); }
        var scratch = ArrayPool<int>.Shared.Rent(numbers);
        try
        {
            return Choose(fleet, demand, seed, scratch.AsSpan(0, numbers));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(scratch);
        }
    }

    /// <summary>
    /// The same for one host of a decision made before, on the fleet as it is now: the host with the
    /// engine to use, or null when it does not fit any more.
    /// </summary>
    /// <param name="now">The fleet as it is.</param>
    /// <param name="then">The fleet the decision saw.</param>
    /// <param name="demand">What is looked for.</param>
    /// <param name="candidate">The host.</param>
    public static Candidate? Confirm(FleetSnapshot now, FleetSnapshot then, Demand demand, Candidate candidate)
    {
        // Room is a matter of the host alone; who is where is one of the whole fleet.
        var same = demand is { Group: null, Spread: null }
            ? now.Find(candidate.Host) is { } host && ReferenceEquals(host, then.Find(candidate.Host)) : ReferenceEquals(now, then);
        return same ? candidate : Choose(now, demand with { Host = candidate.Host }, 0).Best is { } still
            ? candidate with { Engine = still.Engine } : null;
    }

    private static Choice Choose(FleetSnapshot fleet, Demand demand, ulong seed, Span<int> scratch)
    {
        Span<int> columns = stackalloc int[ResourceVector.MaxClasses];
        var words = Question.AttributesOf(demand);
        var attributes = words <= MaxWordsOnStack ? stackalloc int[MaxWordsOnStack] : new int[words];
        var question = new Question(fleet, demand, columns, attributes);
        var rules = new Rules(fleet, question, demand, scratch);
        var search = new Search(ScoreOf(demand.Algorithm), demand.Engine is not null, stackalloc float[FleetChunk.MaxHosts], seed);
        foreach (var chunk in Considered(fleet, demand))
        {
            search.Look(chunk, question, rules);
            if (search.Full && demand.Algorithm == PlacementAlgorithm.FirstFit && !rules.Rank) { break; }
        }
        return search.Any ? search.Chosen() : new(null, null, ExceedsEveryHost(fleet, demand, question));
    }

    /// <summary>All hosts that fit, best first.</summary>
    internal static List<Candidate> Rank(FleetSnapshot fleet, Demand demand, ulong seed)
    {
        Span<int> columns = stackalloc int[ResourceVector.MaxClasses];
        var words = Question.AttributesOf(demand);
        var attributes = words <= MaxWordsOnStack ? stackalloc int[MaxWordsOnStack] : new int[words];
        var question = new Question(fleet, demand, columns, attributes);
        var rules = new Rules(fleet, question, demand, new int[Rules.ScratchOf(fleet, demand)]);
        var search = new Search(ScoreOf(demand.Algorithm), demand.Engine is not null, stackalloc float[FleetChunk.MaxHosts], seed);
        var ranking = new List<Candidate>();
        foreach (var chunk in Considered(fleet, demand)) { search.List(chunk, question, rules, ranking); }
        ranking.Sort(static (left, right) =>
            left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Host.CompareTo(right.Host));
        return ranking;
    }

    // A named host lies in one chunk.
    private static ReadOnlySpan<FleetChunk> Considered(FleetSnapshot fleet, Demand demand) =>
        demand.Host is { } host && fleet.Count > 0 ? fleet.Chunks.Slice(fleet.ChunkOf(host), 1) : fleet.Chunks;

    // What is not of the kind asked for never will be, as far as this decision can tell.
    private static bool ExceedsEveryHost(FleetSnapshot fleet, Demand demand, in Question question)
    {
        foreach (var chunk in Considered(fleet, demand))
        {
            var mask = question.HavingEngine(chunk, question.Matching(chunk));
            if (question.LargeEnough(chunk, mask) != 0) { return false; }
        }
        return fleet.Count > 0;
    }

    private static IScore ScoreOf(PlacementAlgorithm algorithm) => algorithm switch
    {
        PlacementAlgorithm.FirstFit => FirstFit.Instance,
        PlacementAlgorithm.BestFit => BestFit.Instance,
        PlacementAlgorithm.WorstFit => WorstFit.Instance,
        PlacementAlgorithm.Balanced => Balanced.Instance,
        PlacementAlgorithm.LifetimeAware => LifetimeAware.Instance,
        PlacementAlgorithm.Random => RandomOrder.Instance,
    };
}
