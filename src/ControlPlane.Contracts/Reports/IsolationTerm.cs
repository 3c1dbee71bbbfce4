namespace ControlPlane.Contracts.Reports;

/// <summary>I = Σ iᵢ.</summary>
public sealed record IsolationTerm
{
    /// <summary>In all.</summary>
    public required decimal Sum { get; init; }

    /// <summary>Per VM; 0 when there is none.</summary>
    public required decimal Mean { get; init; }
}
