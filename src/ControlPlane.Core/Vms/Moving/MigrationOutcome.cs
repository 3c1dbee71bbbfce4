namespace ControlPlane.Core.Vms.Moving;

/// <summary>How an attempt to move a VM ended.</summary>
public enum MigrationOutcome
{
    /// <summary>It is on the target.</summary>
    Succeeded,

    /// <summary>It is where it was.</summary>
    Failed,

    /// <summary>It is where it was, since somebody wanted that.</summary>
    Cancelled,
}
