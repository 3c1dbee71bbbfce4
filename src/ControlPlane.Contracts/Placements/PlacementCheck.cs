using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Placements;

/// <summary>One question asked of one host.</summary>
public sealed record PlacementCheck
{
    /// <summary>
    /// <c>state</c>, <c>zone</c>, <c>labels</c>, <c>traits</c>, <c>forbidden-traits</c>, <c>pool</c>, <c>engine</c>, or
    /// <c>resource:</c> and a class.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What is needed.</summary>
    public required string Need { get; init; }

    /// <summary>What the host has.</summary>
    public required string Have { get; init; }

    /// <summary>PASS, or why not: NOT_NOW, MISMATCH, TOO_SMALL.</summary>
    [AllowedValues("PASS", "NOT_NOW", "MISMATCH", "TOO_SMALL")]
    public required string Verdict { get; init; }
}
