namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What a host does next with an embodiment.</summary>
public enum EmbodimentStep
{
    /// <summary>Nothing.</summary>
    Rest,

    /// <summary>Write down that this incarnation is begun, then begin its process from its disks, standing still: whether it may run is
    /// asked again when it is there.</summary>
    Begin,

    /// <summary>Write down that this incarnation is begun, then begin its process paused, awaiting its state.</summary>
    BeginAwaiting,

    /// <summary>Let it run on.</summary>
    Continue,

    /// <summary>Begin to send its state.</summary>
    SendState,

    /// <summary>Let it stand still.</summary>
    Pause,

    /// <summary>End its process.</summary>
    End,

    /// <summary>Write down that this incarnation is given up, then end its process if it has one, then say so.</summary>
    GiveUp,
}
