namespace ControlPlane.Core.Vms;

/// <summary>What a VM is, or shall be, on its host.</summary>
public enum Power
{
    /// <summary>Nothing of it is there.</summary>
    Absent,

    /// <summary>Its files are there.</summary>
    Stopped,

    /// <summary>Its process is being started.</summary>
    Starting,

    /// <summary>Its guest runs.</summary>
    Running,

    /// <summary>Its vCPUs stand still.</summary>
    Paused,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It should run and cannot.</summary>
    Failed,
}
