using System.Numerics;
using System.Runtime.Intrinsics;
using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Scheduling;

/// <summary>Walks the chunks of a fleet and keeps the best two hosts. Lives on the stack for one decision.</summary>
internal ref struct Search(IScore score, bool withEngine, Span<float> scores, ulong seed)
{
    private readonly Span<float> scores = scores;
    private (FleetChunk? Chunk, int Row, bool Hardware, float Score) best;
    private (FleetChunk? Chunk, int Row, bool Hardware, float Score) second;
    private (HostSizes? Sizes, float Score) idle;

    /// <summary>Whether any host fits.</summary>
    internal readonly bool Any => best.Chunk is not null;

    /// <summary>Whether there is a best and a runner-up.</summary>
    internal readonly bool Full => second.Chunk is not null;

    /// <summary>Looks at the hosts of a chunk. Chunks come in the order of ids: of equals the first stays.</summary>
    internal void Look(FleetChunk chunk, in Question question, in Rules rules)
    {
        if (Full && IsBeaten(chunk)) { return; }
        var fitting = Fitting(chunk, question, rules, out var hardware);
        if (fitting == 0) { return; }
        var alike = score.IsByAmounts && !rules.Rank ? fitting & chunk.Alike : 0;
        fitting &= ~AfterTwo(alike);
        Score(chunk, question, rules, fitting, hardware);
        if (alike != 0) { idle = (chunk.Columns.Sizes, scores[BitOperations.TrailingZeroCount(alike)]); }
        if (Full) { fitting &= Above(second.Score); }
        for (; fitting != 0; fitting &= fitting - 1)
        {
            var row = BitOperations.TrailingZeroCount(fitting);
            var points = scores[row];
            if (second.Chunk is not null && points <= second.Score) { continue; }
            var found = (chunk, row, (hardware >> row & 1) != 0, points);
            if (best.Chunk is null || points > best.Score) { (best, second) = (found, best); } else { second = found; }
        }
    }

    /// <summary>Adds the hosts of a chunk that fit.</summary>
    internal void List(FleetChunk chunk, in Question question, in Rules rules, List<Candidate> ranking)
    {
        var fitting = Fitting(chunk, question, rules, out var hardware);
        if (fitting != 0) { Score(chunk, question, rules, fitting, hardware); }
        for (; fitting != 0; fitting &= fitting - 1)
        {
            var row = BitOperations.TrailingZeroCount(fitting);
            ranking.Add(CandidateOf(chunk, row, (hardware >> row & 1) != 0, scores[row]));
        }
    }

    /// <summary>What was found.</summary>
    internal readonly Choice Chosen() => new(Of(best), Of(second), ExceedsEveryHost: false);

    private readonly ulong Fitting(FleetChunk chunk, in Question question, in Rules rules, out ulong hardware)
    {
        hardware = 0;
        var mask = question.Matching(chunk) & chunk.Ready & rules.Allowed(chunk);
        return mask == 0 ? 0 : question.Fitting(chunk, mask, out hardware);
    }

    private readonly void Score(FleetChunk chunk, in Question question, in Rules rules, ulong fitting, ulong hardware)
    {
        score.Of(chunk, question, fitting, seed, scores);
        if (rules.Rank) { rules.Blend(chunk, question, fitting, hardware, scores); }
    }

    // Idle hosts that are alike score alike, and most of a large fleet's idle hosts are: of those of a chunk only two can be the best and
    // the runner-up, and none of a chunk of nothing else where two are found that are no worse.
    private readonly bool IsBeaten(FleetChunk chunk) =>
        ReferenceEquals(chunk.Columns.Sizes, idle.Sizes) && idle.Score <= second.Score && (chunk.Here & ~chunk.Alike) == 0;

    private static ulong AfterTwo(ulong rows)
    {
        rows &= rows - 1;
        return rows & (rows - 1);
    }

    // The rows of more points: few in most chunks, once two hosts are found.
    private readonly ulong Above(float points)
    {
        var (least, bits) = (Vector256.Create(points), 0UL);
        for (var row = 0; row < FleetChunk.MaxHosts; row += Vector256<float>.Count)
        {
            var above = Vector256.GreaterThan(Vector256.Create<float>(scores[row..]), least);
            bits |= (ulong)above.ExtractMostSignificantBits() << row;
        }
        return bits;
    }

    private readonly Candidate? Of((FleetChunk? Chunk, int Row, bool Hardware, float Score) found) =>
        found.Chunk is null ? null : CandidateOf(found.Chunk, found.Row, found.Hardware, found.Score);

    private readonly Candidate CandidateOf(FleetChunk chunk, int row, bool hardware, float points) => new(
        chunk.Hosts[row].Id, !withEngine ? null : hardware ? EngineKind.Hardware : EngineKind.Software, points);
}
