namespace ControlPlane.Core.Operations;

/// <summary>How far an operation is.</summary>
public enum OperationState
{
    /// <summary>Accepted, not begun.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Being undone on request.</summary>
    Cancelling,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Undone, or ended, because of a fault.</summary>
    Failed,

    /// <summary>Undone on request.</summary>
    Cancelled,
}
