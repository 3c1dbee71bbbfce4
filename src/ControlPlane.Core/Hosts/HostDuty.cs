namespace ControlPlane.Core.Hosts;

/// <summary>What its operator wants of a host.</summary>
public enum HostDuty
{
    /// <summary>It takes VMs.</summary>
    Active,

    /// <summary>It keeps what it has and takes no more.</summary>
    Cordoned,

    /// <summary>It is being emptied.</summary>
    Draining,

    /// <summary>It is worked on and takes nothing.</summary>
    Maintenance,
}
