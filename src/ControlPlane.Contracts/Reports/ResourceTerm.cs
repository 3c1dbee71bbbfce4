namespace ControlPlane.Contracts.Reports;

/// <summary>R = Σ rᵢ.</summary>
public sealed record ResourceTerm
{
    /// <summary>By class, over all allocations.</summary>
    public required IReadOnlyDictionary<string, long> Sum { get; init; }

    /// <summary>By class, what hosts say is used; equal to the sum.</summary>
    public required IReadOnlyDictionary<string, long> Ledger { get; init; }

    /// <summary>Whether both agree.</summary>
    public required bool Consistent { get; init; }

    /// <summary>The part held by VMs.</summary>
    public required IReadOnlyDictionary<string, long> Vms { get; init; }

    /// <summary>The part held by other owners.</summary>
    public required IReadOnlyDictionary<string, long> Others { get; init; }
}
