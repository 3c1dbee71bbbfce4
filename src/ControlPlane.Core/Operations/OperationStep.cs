namespace ControlPlane.Core.Operations;

/// <summary>One step of an operation, as recorded.</summary>
/// <param name="Name">As in the kind's table.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempt">How often it was begun.</param>
/// <param name="StartTime">When it was first begun.</param>
/// <param name="EndTime">When it ended.</param>
public sealed record OperationStep(
    string Name, StepState State = StepState.Pending, int Attempt = 0, DateTimeOffset? StartTime = null, DateTimeOffset? EndTime = null)
{
    // Whether it may have acted: also between two attempts, when it waits to be begun again.
    internal bool Begun => State != StepState.Pending || Attempt > 0;
}
