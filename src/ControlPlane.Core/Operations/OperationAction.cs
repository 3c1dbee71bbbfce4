namespace ControlPlane.Core.Operations;

/// <summary>What to do next with an operation.</summary>
public abstract record OperationAction
{
    private OperationAction() { }

    /// <summary>Begin or repeat this step.</summary>
    public sealed record Do(int Step) : OperationAction;

    /// <summary>Undo, or repeat undoing, this step.</summary>
    public sealed record Undo(int Step) : OperationAction;

    /// <summary>Nothing is left to do: end in this state.</summary>
    public sealed record Finish(OperationState State) : OperationAction;

    /// <summary>It has ended.</summary>
    public sealed record Rest : OperationAction;
}
