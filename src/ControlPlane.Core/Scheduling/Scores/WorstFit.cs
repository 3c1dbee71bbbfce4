namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The emptier afterwards, the better: spreads.</summary>
public sealed class WorstFit : IScore
{
    /// <inheritdoc/>
    public long Of(HostSnapshot host, Demand demand, ulong seed) => Utilization.Full - Utilization.After(host, demand).Mean;
}
