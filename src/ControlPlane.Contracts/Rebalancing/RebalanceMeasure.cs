namespace ControlPlane.Contracts.Rebalancing;

/// <summary>How well a pool’s VMs stand, by every goal’s measure. Of each, less is better and 0 is perfect.</summary>
public sealed record RebalanceMeasure
{
    /// <summary>
    /// The score of BALANCE: the root of the mean square, over hosts and classes, of how far a host’s used share is from the share used of
    /// all hosts together; 0 to 1.
    /// </summary>
    public required double Imbalance { get; init; }

    /// <summary>The score of CONSOLIDATE: how many hosts hold anything.</summary>
    public required int HostsInUse { get; init; }

    /// <summary>Of what is free on those hosts, the share that cannot be used with what else is free beside it; 0 to 1.</summary>
    public required double StrandedShare { get; init; }

    /// <summary>The score of REPAIR: how many checks the VMs fail on the hosts they are on.</summary>
    public required int BrokenRules { get; init; }
}
