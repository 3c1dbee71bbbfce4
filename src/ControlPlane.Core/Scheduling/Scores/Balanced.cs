namespace ControlPlane.Core.Scheduling.Scores;

/// <summary>
/// Empty and evenly used: half the free share, half the evenness between classes (the manner of Kubernetes' LeastAllocated with
/// BalancedAllocation).
/// </summary>
public sealed class Balanced : IScore
{
    /// <inheritdoc/>
    public long Of(HostSnapshot host, Demand demand, ulong seed)
    {
        var after = Utilization.After(host, demand);
        return ((Utilization.Full - after.Mean) + (Utilization.Full - after.Spread)) / 2;
    }
}
