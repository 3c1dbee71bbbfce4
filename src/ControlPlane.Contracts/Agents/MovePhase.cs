namespace ControlPlane.Contracts.Agents;

/// <summary>How far one end of a move is. Each stays true once it is said.</summary>
public enum MovePhase
{
    /// <summary>Nothing has been done here yet.</summary>
    None,

    /// <summary>Target: its process waits and listens.</summary>
    Listening,

    /// <summary>Source: the disk is being copied while the guest runs.</summary>
    Disk,

    /// <summary>Source: memory is being sent while the guest runs.</summary>
    Memory,

    /// <summary>Source: the guest stands still, everything it needs has been sent, and only a later word lets it go on here.</summary>
    HandedOver,

    /// <summary>Target: everything it needs has come; it stands still and could go on.</summary>
    Loaded,
}
