namespace ControlPlane.Core.Operations;

/// <summary>Decides what comes next: go on, try again, unwind, end. Pure; the runner acts and records.</summary>
public static class OperationMachine
{
    /// <summary>The next action, from what is recorded alone, so that it is the same after a crash.</summary>
    /// <param name="operation">As recorded.</param>
    /// <param name="rules">The kind's steps, in the order of the operation's.</param>
    public static OperationAction Next(Operation operation, IReadOnlyList<StepRule> rules)
    {
        Invariant.Check(operation.Steps.Select(step => step.Name).SequenceEqual(rules.Select(rule => rule.Name)),
            $"the steps of {operation.Kind} changed while operation {operation.Id} was under way");
        if (operation.Done) { return new OperationAction.Rest(); }
        return operation.Unwinding && !PastReturn(operation, rules) ? Backward(operation) : Forward(operation);
    }

    /// <summary>Whether a cancel can still be honoured: not ended, and no step without undo has begun.</summary>
    public static bool Cancellable(Operation operation, IReadOnlyList<StepRule> rules) =>
        !operation.Done && operation.State != OperationState.Cancelling && operation.Fault is null && !PastReturn(operation, rules)
        && !rules.Where((rule, i) => !rule.Cancels && operation.Steps[i].Begun).Any();

    /// <summary>Whether a failed attempt is followed by another, instead of failing the step.</summary>
    public static bool TriesAgain(Operation operation, IReadOnlyList<StepRule> rules, int step) =>
        operation.Steps[step].Attempt < rules[step].MaxAttempts;

    private static OperationAction Forward(Operation operation)
    {
        for (var i = 0; i < operation.Steps.Count; i++)
        {
            if (operation.Steps[i].State == StepState.Failed) { return new OperationAction.Finish(OperationState.Failed); }
            if (operation.Steps[i].State != StepState.Succeeded) { return new OperationAction.Do(i); }
        }
        return new OperationAction.Finish(OperationState.Succeeded);
    }

    private static OperationAction Backward(Operation operation)
    {
        for (var i = operation.Steps.Count - 1; i >= 0; i--)
        {
            if (operation.Steps[i].Begun && operation.Steps[i].State != StepState.Undone) { return new OperationAction.Undo(i); }
        }
        return new OperationAction.Finish(operation.State == OperationState.Cancelling ? OperationState.Cancelled : OperationState.Failed);
    }

    private static bool PastReturn(Operation operation, IReadOnlyList<StepRule> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (!rules[i].Undoable && operation.Steps[i].Begun) { return true; }
        }
        return false;
    }
}
