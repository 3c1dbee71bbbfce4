namespace ControlPlane.Contracts.Reports;

/// <summary>M = Σ mᵢ.</summary>
public sealed record MigrationTerm
{
    /// <summary>In all.</summary>
    public required long Sum { get; init; }

    /// <summary>By algorithm.</summary>
    public required IReadOnlyDictionary<string, long> ByAlgorithm { get; init; }

    /// <summary>By outcome.</summary>
    public required IReadOnlyDictionary<string, long> ByOutcome { get; init; }
}
