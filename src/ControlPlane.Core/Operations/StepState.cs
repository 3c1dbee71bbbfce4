namespace ControlPlane.Core.Operations;

/// <summary>How far a step is.</summary>
public enum StepState
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Its intent is recorded; it may have acted.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>It could not be done; it may have acted.</summary>
    Failed,

    /// <summary>The intent to undo it is recorded.</summary>
    Undoing,

    /// <summary>As if it had never been.</summary>
    Undone,
}
