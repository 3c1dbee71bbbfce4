using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>What became of a batch: the <c>response</c> of its operation.</summary>
public sealed record VmBatchResult
{
    /// <summary>As it was asked for.</summary>
    [AllowedValues("ALL_OR_NOTHING", "BEST_EFFORT")]
    public required string Mode { get; init; }

    /// <summary>How many VMs were made.</summary>
    public required int Made { get; init; }

    /// <summary>How many were not: refused, or failed in the making.</summary>
    public required int NotMade { get; init; }

    /// <summary>One per VM, in the order of the call.</summary>
    public required IReadOnlyList<VmBatchResultItem> Items { get; init; }
}
