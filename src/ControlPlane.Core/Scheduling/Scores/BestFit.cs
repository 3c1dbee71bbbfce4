namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>The fuller afterwards, the better: packs (best-fit decreasing's choice for one item; Johnson 1973).</summary>
public sealed class BestFit : IScore
{
    /// <inheritdoc/>
    public long Of(HostSnapshot host, Demand demand, ulong seed) => Utilization.After(host, demand).Mean;
}
