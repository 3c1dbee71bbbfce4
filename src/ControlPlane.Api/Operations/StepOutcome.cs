namespace ControlPlane.Api.Operations;

/// <summary>How a wait ended; <see cref="StepProgress.Waiting"/> when it was interrupted by a cancel.</summary>
public sealed record StepOutcome(StepWait Wait, StepProgress Progress);
