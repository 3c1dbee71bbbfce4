namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The fuller afterwards, the better: packs (best-fit decreasing's choice for one item; Johnson 1973).</summary>
internal sealed class BestFit : IScore
{
    internal static readonly BestFit Instance = new();

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores) =>
        Utilization.Mean(chunk, question, scores);
}
