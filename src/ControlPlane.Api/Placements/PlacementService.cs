using System.Buffers.Binary;
using System.Security.Cryptography;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Api.Metrics;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Placements;

/// <summary>Makes decisions, keeps them with what they were made from, and explains them by making them again.</summary>
public sealed class PlacementService(Store store, FleetMetrics metrics, TimeProvider time)
{
    /// <summary>Decides on a fleet; writes nothing.</summary>
    public Decision Decide(FleetSnapshot fleet, Demand demand)
    {
        Span<byte> chance = stackalloc byte[8];
        RandomNumberGenerator.Fill(chance);
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(chance);
        if (demand.ExpectedLifetimeSeconds is not null) { demand = demand with { DecidedAt = time.GetUtcNow() }; }
        var start = time.GetTimestamp();
        var placement = Scheduler.Place(fleet, demand, seed);
        var took = time.GetElapsedTime(start);
        metrics.Scheduled(took, Words.Of(demand.Algorithm), placement.Choice.Best is not null ? "placed" : "refused");
        return new(fleet, demand, seed, placement, (long)took.TotalMicroseconds, time.GetUtcNow());
    }

    /// <summary>The selectors of a chain of pools, innermost first.</summary>
    public static IReadOnlyList<HostSelector> Selectors(IEnumerable<Pool> chain) =>
        [.. chain.Select(pool => pool.Selector).Where(selector => selector.Zone is not null || selector.Labels.Count > 0)];

    /// <summary>Keeps the decision that put something on a host, in the write's own commit.</summary>
    public static PlacementId Keep(StoreSession session, Decision decision, Candidate chosen, string project, string target)
    {
        var row = RowOf(session, decision, chosen, project, target);
        session.Keep(row);
        return row.Id;
    }

    /// <summary>Keeps the decision that found no room, with the plan that makes some.</summary>
    public static PlacementId Keep(StoreSession session, Decision decision, KeptPreemption plan, string project, string target)
    {
        var row = RowOf(session, decision, new(plan.Host, plan.Engine, 0), project, target);
        row.Preemption = plan;
        session.Db.Placements.Add(row);
        return row.Id;
    }

    private static PlacementRow RowOf(StoreSession session, Decision decision, Candidate chosen, string project, string target) => new()
    {
        Id = new(Guid.CreateVersion7(session.Now)), Project = project, Target = target, Demand = decision.Demand,
        Seed = unchecked((long)decision.Seed), Revision = decision.Fleet.Revision, Host = chosen.Host, Engine = chosen.Engine,
        DecisionMicroseconds = decision.Microseconds, CreateTime = decision.Time,
    };

    /// <summary>Why a decision placed nothing, with its record.</summary>
    public static Problem Refusal(Decision decision)
    {
        if (Mistake(decision) is { } mistake) { return mistake; }
        var code = decision.Placement.ExceedsEveryHost ? ProblemCode.ExceedsEveryHost : ProblemCode.InsufficientCapacity;
        return new Problem(code, () => PlacementView.Sentence(decision)).WithRecord(decision);
    }

    /// <summary>What is wrong with the question itself: a word that no host has, or two that contradict each other; else null.</summary>
    public static Problem? Mistake(Decision decision)
    {
        var classes = decision.Placement.UnknownClasses();
        if (classes.Count > 0)
        {
            var text = classes[0].ToString();
            var known = decision.Fleet.Classes().Select(each => each.ToString());
            return new Problem(ProblemCode.UnknownResourceClass, $"No host has the resource class '{text}'; {Nearest.Among(text, known)}.");
        }
        if (decision.Placement.UnknownWord() is { } unknown)
        {
            var within = decision.Demand.Tenancy is null ? "placement" : "spec.placement";
            return Problem.Validation($"{within}.{unknown.Member}",
                $"names '{Nearest.Shown(unknown.Word)}', which no host has; {Nearest.Among(unknown.Word, unknown.Known)}");
        }
        return decision.Placement.Contradiction() is { } pair ? Contradictory(pair) : null;
    }

    /// <summary>Two constraints that no host can meet together.</summary>
    public static Problem Contradictory(Contradiction pair) => new(ProblemCode.ContradictoryConstraints,
        $"No host can ever meet both '{pair.One}' and '{pair.Other}'; drop one of them.");

    /// <summary>A kept decision, made again; null when there is none.</summary>
    public async Task<Answer> GetAsync(string project, string placement, CancellationToken ct)
    {
        if (!PlacementId.TryParse(placement, out var id)) { return Problem.NotFound("placement", placement); }
        await using var db = store.Read(project);
        var row = await db.Placements.FirstOrDefaultAsync(kept => kept.Id == id, ct);
        if (row is null) { return Problem.NotFound("placement", placement); }
        var fleet = row.Fleet is { } archive
            ? FleetArchive.Read(await db.Fleets.Where(kept => kept.Hash == archive).Select(kept => kept.Content).FirstAsync(ct))
            : await HostHistory.FleetAtAsync(db, row.Revision, ct);
        var seed = unchecked((ulong)row.Seed);
        var placed = Scheduler.Place(fleet, row.Demand, seed);
        var again = new Decision(fleet, row.Demand, seed, placed, row.DecisionMicroseconds, row.CreateTime);
        return Answer.Ok(PlacementView.Of(again, row), 1);
    }
}
