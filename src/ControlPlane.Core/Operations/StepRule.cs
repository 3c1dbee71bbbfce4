namespace ControlPlane.Core.Operations;

/// <summary>What the machine must know of a step.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Undoable">False for a step that is the point of no return: once begun, the operation only goes on.</param>
/// <param name="MaxAttempts">
/// How often it is begun before it counts as failed (or, past the point of no return, before the operation gives up).
/// </param>
public sealed record StepRule(string Name, bool Undoable, int MaxAttempts)
{
    /// <summary>False for a step that nobody can cancel once it has begun, though its failure is undone.</summary>
    public bool Cancels { get; init; } = true;
}
