namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The same for each, so that the lowest id, the oldest host, wins.</summary>
public sealed class FirstFit : IScore
{
    /// <inheritdoc/>
    public long Of(HostSnapshot host, Demand demand, ulong seed) => 0;
}
