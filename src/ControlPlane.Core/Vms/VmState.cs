namespace ControlPlane.Core.Vms;

/// <summary>What a VM is, as its owner sees it.</summary>
public enum VmState
{
    /// <summary>It is being made.</summary>
    Creating,

    /// <summary>Its files exist, nothing runs.</summary>
    Stopped,

    /// <summary>It is being started.</summary>
    Starting,

    /// <summary>Its guest runs.</summary>
    Running,

    /// <summary>Its vCPUs stand still.</summary>
    Paused,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It moves to another host.</summary>
    Migrating,

    /// <summary>It is being removed.</summary>
    Deleting,

    /// <summary>It should run and cannot.</summary>
    Failed,

    /// <summary>Its host is lost.</summary>
    Unknown,
}
