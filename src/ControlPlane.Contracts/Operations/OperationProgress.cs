using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>How far an operation is.</summary>
public sealed record OperationProgress
{
    /// <summary>0 to 100.</summary>
    public required int Percent { get; init; }

    /// <summary>Units done.</summary>
    public required long Done { get; init; }

    /// <summary>Units in all; 0 when unknown.</summary>
    public required long Total { get; init; }

    /// <summary>What is counted.</summary>
    [AllowedValues("STEPS", "BYTES", "OPERATIONS", "VMS", "MOVES")]
    public required string Unit { get; init; }
}
