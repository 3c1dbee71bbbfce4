namespace ControlPlane.Core.AffinityGroups;

/// <summary>What the VMs of a group want of each other.</summary>
public enum AffinityPolicy
{
    /// <summary>To be together.</summary>
    Affinity,

    /// <summary>To be apart.</summary>
    AntiAffinity,
}
