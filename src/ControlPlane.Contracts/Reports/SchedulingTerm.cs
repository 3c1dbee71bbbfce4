namespace ControlPlane.Contracts.Reports;

/// <summary>T = Σ tᵢ.</summary>
public sealed record SchedulingTerm
{
    /// <summary>From request to claim, in all, in microseconds.</summary>
    public required long SumMicroseconds { get; init; }

    /// <summary>The decisions alone, in all, in microseconds.</summary>
    public required long DecisionSumMicroseconds { get; init; }

    /// <summary>VMs counted.</summary>
    public required long Count { get; init; }
}
