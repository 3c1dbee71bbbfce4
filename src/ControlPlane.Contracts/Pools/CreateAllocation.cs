using System.ComponentModel.DataAnnotations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Pools;

/// <summary>Takes room on a host and in a pool.</summary>
public sealed record CreateAllocation
{
    /// <summary>Who holds it: a word of the caller’s, at most 128 characters.</summary>
    public required string Owner { get; init; }

    /// <summary>By class; above zero.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }

    /// <summary>The host (id or name), or null to let the scheduler choose.</summary>
    public string? Host { get; init; }

    /// <summary>The engine taken from; null when it is for no VM.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public string? Engine { get; init; }

    /// <summary>Where, when no host is named.</summary>
    public VmPlacement? Placement { get; init; }
}
