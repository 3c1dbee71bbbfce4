namespace ControlPlane.Core.Vms;

/// <summary>What the owner wants a VM to be when nothing else is asked.</summary>
public enum DesiredState
{
    /// <summary>Running.</summary>
    Running,

    /// <summary>Stopped.</summary>
    Stopped,
}
