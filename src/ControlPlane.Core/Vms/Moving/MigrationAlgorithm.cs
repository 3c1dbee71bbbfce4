namespace ControlPlane.Core.Vms.Moving;

/// <summary>How a VM is moved to another host.</summary>
public enum MigrationAlgorithm
{
    /// <summary>It is off meanwhile.</summary>
    Cold,

    /// <summary>Its memory goes while it runs; it stands still for the last of it.</summary>
    PreCopy,

    /// <summary>It goes on at the target at once and fetches its memory from the source: both are needed until all is there.</summary>
    PostCopy,

    /// <summary>One pass as in pre-copy, then as in post-copy.</summary>
    Hybrid,
}
