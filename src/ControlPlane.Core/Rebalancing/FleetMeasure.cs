namespace ControlPlane.Core.Rebalancing;

/// <summary>How well the VMs stand, by every goal's measure. Of each, less is better and 0 is perfect.</summary>
/// <param name="Imbalance">
/// The root of the mean square, over hosts and classes, of how far a host's used share is from the share used of all hosts together;
/// 0 to 1.
/// </param>
/// <param name="HostsInUse">How many hosts hold anything.</param>
/// <param name="StrandedShare">
/// Of what is free on those hosts, the share that cannot be used with what else is free beside it: memory without CPU, or the reverse;
/// 0 to 1. No goal's score; for the reader.
/// </param>
/// <param name="BrokenRules">How many checks fail, over all VMs that may move, on the hosts they are on.</param>
public sealed record FleetMeasure(double Imbalance, int HostsInUse, double StrandedShare, int BrokenRules)
{
    /// <summary>The one that a goal lowers.</summary>
    public double Score(RebalanceGoal goal) => goal switch
    {
        RebalanceGoal.Balance => Imbalance,
        RebalanceGoal.Consolidate => HostsInUse,
        RebalanceGoal.Repair => BrokenRules,
    };
}
