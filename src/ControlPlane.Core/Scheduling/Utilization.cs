using System.Runtime.Intrinsics;

namespace ControlPlane.Core.Scheduling;

/// <summary>How full hosts would be with the demand on them, over the classes asked for that they have themselves.</summary>
internal static class Utilization
{
    private const int Rows = FleetChunk.MaxHosts;

    /// <summary>The mean over those classes; zero for a host that has none of them.</summary>
    internal static void Mean(FleetChunk chunk, in Question question, Span<float> means)
    {
        Span<float> counts = stackalloc float[Rows];
        counts.Clear();
        means.Clear();
        for (var i = 0; i < question.ClassCount; i++)
        {
            if (question.Column(chunk, i) is not (>= 0 and var column)) { continue; }
            for (var row = 0; row < Rows; row += Vector256<float>.Count)
            {
                var share = Share(chunk, column, question.Amount(i), row, out var has);
                (Vector256.Create<float>(means[row..]) + (share & has)).CopyTo(means[row..]);
                (Vector256.Create<float>(counts[row..]) + (Vector256<float>.One & has)).CopyTo(counts[row..]);
            }
        }
        for (var row = 0; row < Rows; row += Vector256<float>.Count)
        {
            var count = Vector256.Max(Vector256.Create<float>(counts[row..]), Vector256<float>.One);
            // Rounding must not make a full host fuller than full.
            Vector256.Min(Vector256.Create<float>(means[row..]) / count, Vector256<float>.One).CopyTo(means[row..]);
        }
    }

    /// <summary>The fullest of those classes minus the emptiest; zero for a host that has none of them.</summary>
    internal static void Spread(FleetChunk chunk, in Question question, Span<float> spreads)
    {
        Span<float> least = stackalloc float[Rows];
        least.Fill(1);
        spreads.Clear();
        for (var i = 0; i < question.ClassCount; i++)
        {
            if (question.Column(chunk, i) is not (>= 0 and var column)) { continue; }
            for (var row = 0; row < Rows; row += Vector256<float>.Count)
            {
                var share = Vector256.Min(Share(chunk, column, question.Amount(i), row, out var has), Vector256<float>.One);
                Vector256.Max(Vector256.Create<float>(spreads[row..]), share & has).CopyTo(spreads[row..]);
                var emptiest = Vector256.Create<float>(least[row..]);
                Vector256.ConditionalSelect(has, Vector256.Min(emptiest, share), emptiest).CopyTo(least[row..]);
            }
        }
        for (var row = 0; row < Rows; row += Vector256<float>.Count)
        {
            var spread = Vector256.Create<float>(spreads[row..]) - Vector256.Create<float>(least[row..]);
            Vector256.Max(spread, Vector256<float>.Zero).CopyTo(spreads[row..]);
        }
    }

    private static Vector256<float> Share(FleetChunk chunk, int column, long amount, int row, out Vector256<float> has)
    {
        var unit = chunk.Columns.Sizes.Units(column, row);
        has = Vector256.GreaterThan(unit, Vector256<float>.Zero);
        return chunk.Columns.Used(column, row) + (Vector256.Create((float)amount) * unit);
    }
}
