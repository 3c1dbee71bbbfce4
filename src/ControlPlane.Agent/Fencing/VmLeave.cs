namespace ControlPlane.Agent.Fencing;

/// <summary>What the lease lets the agent do with a VM.</summary>
public enum VmLeave
{
    /// <summary>What it was told.</summary>
    Free,

    /// <summary>It may be ended, and goes on where it runs; nothing of it is begun.</summary>
    Keep,

    /// <summary>Its guest stands still.</summary>
    Pause,

    /// <summary>Its guest is ended.</summary>
    Stop,
}
