namespace ControlPlane.Api.Operations;

/// <summary>
/// How an attempt ended; <see cref="StepProgress.Waiting"/> when the wait for it was interrupted, by a cancel or because somebody else has
/// recorded the end.
/// </summary>
public sealed record StepOutcome(StepAttempt Attempt, StepProgress Progress);
