namespace ControlPlane.Core.Hosts;

/// <summary>Whether a host takes VMs.</summary>
public enum HostState
{
    /// <summary>It takes VMs.</summary>
    Ready,

    /// <summary>It keeps its VMs and takes no new ones, by its owner's wish.</summary>
    Cordoned,

    /// <summary>Its agent has not been heard of.</summary>
    Unreachable,
}
