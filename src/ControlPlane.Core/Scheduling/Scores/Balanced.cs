using System.Runtime.Intrinsics;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>
/// Keeps the free shape of hosts usable: packs, and leaves no memory without CPU nor the reverse. What it minimises, over all classes
/// that a host has itself, is <c>room + 40 · skew(after) + 52 · size · (skew(after) − skew(before))</c>:
/// <list type="bullet">
/// <item><c>room</c>, what is left on the host: the sum over classes of what stays free, each in hosts of the fleet's average. Absolute
/// and not relative to the host, so that a small host is filled before a large one is begun (best fit; Johnson 1973).</item>
/// <item><c>skew</c>: the variance between classes of the promised share of the host minus that of the whole fleet, each class weighed by
/// how much of it the fleet uses: a class of which little is used is never short. A host may be ahead in the class of which the whole
/// fleet is short: that is how the free room of both comes out even (balanced allocation, as in Kubernetes, but against the fleet's own
/// mix and not against the host's diagonal).</item>
/// <item><c>size</c>, the host in hosts of the fleet's average: what a change of skew gains or spoils grows with the host (the gradient,
/// after FGD; Weng et al., ATC 2023, without a list of typical shapes).</item>
/// </list>
/// The two factors were chosen on three recorded traces and held against others; decision 19 has the numbers.
/// </summary>
internal sealed class Balanced : IScore
{
    internal static readonly Balanced Instance = new();

    private const int Lanes = 8;
    private const float Skew = 40;
    private const float Gradient = 52;

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores)
    {
        var columns = chunk.Columns;
        var ids = columns.Sizes.Ids;
        var count = Math.Min(ids.Length, ResourceVector.MaxClasses);
        Span<(float Asked, float Used, float PerHost)> terms = stackalloc (float, float, float)[ResourceVector.MaxClasses];
        for (var column = 0; column < count; column++)
        {
            var (used, perHost) = question.Usual(ids[column]);
            terms[column] = (question.AmountOf(ids[column]), used, perHost);
        }
        for (var row = 0; row < FleetChunk.MaxHosts; row += Lanes)
        {
            if ((fitting >> row & 0xFF) != 0) { Points(columns, terms[..count], row).CopyTo(scores[row..]); }
        }
    }

    private static Vector256<float> Points(FleetColumns columns, ReadOnlySpan<(float Asked, float Used, float PerHost)> terms, int row)
    {
        var (weight, room, size) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (before, beforeSquared) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (after, afterSquared) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var column = 0; column < terms.Length; column++)
        {
            var term = terms[column];
            var unit = columns.Sizes.Units(column, row);
            var has = Vector256.GreaterThan(unit, Vector256<float>.Zero);
            var now = columns.Used(column, row);
            var then = now + (Vector256.Create(term.Asked) * unit);
            var whole = columns.Sizes.Own(column, row) * Vector256.Create(term.PerHost);
            size += whole;
            room += (Vector256<float>.One - then) * whole;
            var usual = Vector256.Create(term.Used);
            var weighs = usual & has;
            weight += weighs;
            var (ahead, aheadThen) = (now - usual, then - usual);
            (before, beforeSquared) = (before + (weighs * ahead), beforeSquared + (weighs * ahead * ahead));
            (after, afterSquared) = (after + (weighs * aheadThen), afterSquared + (weighs * aheadThen * aheadThen));
        }
        // Where nothing is used yet all sums are zero, whatever they are divided by.
        weight = Vector256.ConditionalSelect(Vector256.GreaterThan(weight, Vector256<float>.Zero), weight, Vector256<float>.One);
        var skew = Variance(after, afterSquared, weight);
        var gained = skew - Variance(before, beforeSquared, weight);
        return Share(room + (Vector256.Create(Skew) * skew) + (Vector256.Create(Gradient) * size * gained));
    }

    private static Vector256<float> Variance(Vector256<float> sum, Vector256<float> squares, Vector256<float> weight)
    {
        var mean = sum / weight;
        return Vector256.Max((squares / weight) - (mean * mean), Vector256<float>.Zero);
    }

    // From all costs to between 0 and 1, the least cost first: half of 1 - cost / (1 + |cost|).
    private static Vector256<float> Share(Vector256<float> cost)
    {
        var half = Vector256.Create(0.5f);
        return half - (half * (cost / (Vector256<float>.One + Vector256.Abs(cost))));
    }
}
