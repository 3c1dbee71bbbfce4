namespace ControlPlane.Contracts.Operations;

/// <summary>Why an operation did not succeed.</summary>
public sealed record OperationError
{
    /// <summary>For programs.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>The step it happened in, or null.</summary>
    public required string? Step { get; init; }
}
