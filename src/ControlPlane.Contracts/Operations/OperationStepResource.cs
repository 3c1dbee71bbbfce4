using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>One step.</summary>
public sealed record OperationStepResource
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    [AllowedValues("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "UNDOING", "UNDONE")]
    public required string State { get; init; }

    /// <summary>How often it was begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it was first begun.</summary>
    public required DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset? EndTime { get; init; }
}
