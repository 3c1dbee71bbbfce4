namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The same for each, so that the lowest id, the oldest host, wins.</summary>
internal sealed class FirstFit : IScore
{
    internal static readonly FirstFit Instance = new();

    /// <inheritdoc/>
    public void Of(FleetChunk chunk, in Question question, ulong fitting, ulong seed, Span<float> scores) => scores.Clear();
}
