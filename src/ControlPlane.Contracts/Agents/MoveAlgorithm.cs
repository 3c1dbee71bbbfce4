namespace ControlPlane.Contracts.Agents;

/// <summary>How a VM is moved.</summary>
public enum MoveAlgorithm
{
    /// <summary>It is off meanwhile; only its disk goes.</summary>
    Cold,

    /// <summary>Its memory goes while it runs; it stands still for what is left.</summary>
    PreCopy,

    /// <summary>
    /// It stands still at once and goes on at the target, which fetches memory when it is needed: from then on both ends are needed.
    /// </summary>
    PostCopy,

    /// <summary>One pass while it runs, then as post-copy.</summary>
    Hybrid,
}
