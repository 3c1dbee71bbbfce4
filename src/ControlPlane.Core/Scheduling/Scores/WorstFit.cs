namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The emptier afterwards, the better: spreads.</summary>
internal sealed class WorstFit : IScore
{
    internal static readonly WorstFit Instance = new();

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores)
    {
        Utilization.Mean(chunk, question, scores);
        for (var row = 0; row < scores.Length; row++) { scores[row] = 1 - scores[row]; }
    }
}
