namespace ControlPlane.Core.Hosts;

/// <summary>Whether a host takes VMs, and why not. What is known of its life comes before what its operator wants of it.</summary>
public enum HostState
{
    /// <summary>It takes VMs.</summary>
    Active,

    /// <summary>It keeps its VMs and takes no new ones, by its operator's wish.</summary>
    Cordoned,

    /// <summary>Its VMs are being moved away.</summary>
    Draining,

    /// <summary>It is empty and may be worked on.</summary>
    Maintenance,

    /// <summary>It has missed its lease. Nothing follows from that yet.</summary>
    Suspect,

    /// <summary>It is lost, with proof; its VMs are being taken from it.</summary>
    Lost,

    /// <summary>What could be taken from it is taken.</summary>
    Fenced,
}
