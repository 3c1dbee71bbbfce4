using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>
/// Spreads VMs evenly over failure domains: those of the VM’s affinity group, or without one those of its pool.
/// </summary>
public sealed record VmSpread
{
    /// <summary>Over what: <c>ZONE</c>, or <c>label:</c> and a key, such as <c>label:rack</c>.</summary>
    public required string Over { get; init; }

    /// <summary>How many more a domain may have than the one with the fewest: 1 to 1000.</summary>
    public int MaxSkew { get; init; } = 1;

    /// <summary>HARD refuses a place that is too uneven, SOFT only ranks places by it.</summary>
    [AllowedValues("HARD", "SOFT")]
    public string Mode { get; init; } = "HARD";
}
