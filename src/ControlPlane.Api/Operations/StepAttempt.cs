using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Operations;

/// <summary>One attempt at a step, or at its undoing.</summary>
/// <param name="Step">The step.</param>
/// <param name="Undo">Whether its undoing.</param>
/// <param name="Number">Which attempt, from 1.</param>
public readonly record struct StepAttempt(int Step, bool Undo, int Number)
{
    /// <summary>The one that was begun and has no end yet; null where there is none, or where it is to be interrupted.</summary>
    public static StepAttempt? UnderWay(Operation operation)
    {
        for (var i = 0; i < operation.Steps.Count; i++)
        {
            var step = operation.Steps[i];
            if (step.State == StepState.Undoing) { return new(i, true, step.Attempt); }
            if (step.State == StepState.Running && !operation.Unwinding) { return new(i, false, step.Attempt); }
        }
        return null;
    }

    /// <summary>Whether it still has no end.</summary>
    public bool Stands(Operation operation) =>
        operation.Steps[Step].State == (Undo ? StepState.Undoing : StepState.Running) && operation.Steps[Step].Attempt == Number;
}
