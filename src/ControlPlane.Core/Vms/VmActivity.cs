namespace ControlPlane.Core.Vms;

/// <summary>What the operation under way does to a VM, as far as its state shows it.</summary>
public enum VmActivity
{
    /// <summary>No operation is under way, or one that the observed state alone shows (pause, resume, reboot, update).</summary>
    None,

    /// <summary>It is being made.</summary>
    Creating,

    /// <summary>It is being started.</summary>
    Starting,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It moves to another host.</summary>
    Migrating,

    /// <summary>Its host is lost, and it is being started on another.</summary>
    Recovering,

    /// <summary>It is being removed.</summary>
    Deleting,
}
