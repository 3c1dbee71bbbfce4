namespace ControlPlane.Core.Operations;

/// <summary>Why an operation did not succeed.</summary>
/// <param name="Code">For programs: <c>step-timed-out</c>, <c>host-failure</c>, <c>cancelled</c>…</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Step">The step it happened in.</param>
public sealed record OperationFault(string Code, string Message, string? Step);
