using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Capacity;

/// <summary>What keeps one more from fitting.</summary>
public sealed record FitLimitResource
{
    /// <summary>
    /// RESOURCE: a class runs out on hosts. POOL: a pool's limit of a class. CHECK: no host is of the kind asked for, or of what is counted
    /// one by one, a rule refuses most.
    /// </summary>
    [AllowedValues("RESOURCE", "POOL", "CHECK")]
    public required string Kind { get; init; }

    /// <summary>The class; null for CHECK. For RESOURCE the one that most of the matching hosts run out of first.</summary>
    public required string? Resource { get; init; }

    /// <summary>The pool whose limit it is, by id; null otherwise.</summary>
    public required string? Pool { get; init; }

    /// <summary>
    /// The check that refuses most hosts, named as in a placement; null otherwise, where there is no host, and where counting stopped.
    /// </summary>
    public required string? Check { get; init; }
}
