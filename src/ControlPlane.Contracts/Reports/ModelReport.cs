namespace ControlPlane.Contracts.Reports;

/// <summary>The model of the running system.</summary>
public sealed record ModelReport
{
    /// <summary>R = Σ rᵢ: resources.</summary>
    public required ResourceTerm R { get; init; }

    /// <summary>T = Σ tᵢ: scheduling time.</summary>
    public required SchedulingTerm T { get; init; }

    /// <summary>I = Σ iᵢ: isolation degree.</summary>
    public required IsolationTerm I { get; init; }

    /// <summary>M = Σ mᵢ: migrations.</summary>
    public required MigrationTerm M { get; init; }

    /// <summary>The terms of each VM, at most pageSize of them.</summary>
    public required IReadOnlyList<VmTerms> Vms { get; init; }

    /// <summary>For the next page; the sums are over all VMs in any case.</summary>
    public required string? NextPageToken { get; init; }

    /// <summary>The revision it speaks of.</summary>
    public required long Revision { get; init; }
}
