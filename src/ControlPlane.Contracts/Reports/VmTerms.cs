namespace ControlPlane.Contracts.Reports;

/// <summary>The terms of one VM.</summary>
public sealed record VmTerms
{
    /// <summary>The VM’s id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>rᵢ by class.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }

    /// <summary>tᵢ from request to claim, in microseconds.</summary>
    public required long SchedulingMicroseconds { get; init; }

    /// <summary>The decision alone, in microseconds.</summary>
    public required long DecisionMicroseconds { get; init; }

    /// <summary>iᵢ, between 0 and 1.</summary>
    public required decimal Isolation { get; init; }

    /// <summary>mᵢ.</summary>
    public required int Migrations { get; init; }
}
