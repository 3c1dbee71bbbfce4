namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>
/// Empty and evenly used: half the free share, half the evenness between classes (the manner of Kubernetes' LeastAllocated with
/// BalancedAllocation).
/// </summary>
internal sealed class Balanced : IScore
{
    internal static readonly Balanced Instance = new();

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores)
    {
        Span<float> spreads = stackalloc float[FleetChunk.MaxHosts];
        Utilization.Mean(chunk, question, scores);
        Utilization.Spread(chunk, question, spreads);
        for (var row = 0; row < scores.Length; row++) { scores[row] = ((1 - scores[row]) + (1 - spreads[row])) / 2; }
    }
}
