namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What the process of an embodiment is, as the process itself says: it outlives the agent.</summary>
public enum EmbodimentState
{
    /// <summary>Its guest runs.</summary>
    Running,

    /// <summary>It waits, paused, for its state.</summary>
    Awaiting,

    /// <summary>It stands still and could run on: its state has come, or it was begun from its disks and not let go yet.</summary>
    Loaded,

    /// <summary>Its state has been sent; it stands still.</summary>
    HandedOver,

    /// <summary>It stands still because the lease is about to end.</summary>
    FencePaused,
}
