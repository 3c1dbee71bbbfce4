namespace ControlPlane.Core.Rebalancing;

/// <summary>What a plan is to improve.</summary>
public enum RebalanceGoal
{
    /// <summary>Even use: every host as full as the fleet is on the whole.</summary>
    Balance,

    /// <summary>Empty hosts.</summary>
    Consolidate,

    /// <summary>Only VMs that stand where the rules would not put them any more.</summary>
    Repair,
}
