using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Placements;

/// <summary>All that was found of one host.</summary>
public sealed record PlacementHost
{
    /// <summary>Its id.</summary>
    public required string Host { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it fits.</summary>
    public required bool Fits { get; init; }

    /// <summary>The engine that would be used.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public required string? Engine { get; init; }

    /// <summary>Between 0 and 1, higher is better; null when it does not fit.</summary>
    public required double? Score { get; init; }

    /// <summary>
    /// The score by scorer: <c>algorithm</c>, and where rules rank, <c>roomToGrow</c> (for the first of a group that has to stay together:
    /// how many of it its domain holds, as a share of the domain that holds most), <c>affinityGroup</c> and <c>spread</c>, each between 0
    /// and 1. The score is their mean, a rule's counted twice. Empty when it does not fit.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>1 for the best; null when it does not fit.</summary>
    public required int? Rank { get; init; }

    /// <summary>Every check.</summary>
    public required IReadOnlyList<PlacementCheck> Checks { get; init; }
}
