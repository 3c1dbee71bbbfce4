using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>Makes many VMs by one call.</summary>
public sealed record CreateVmBatch
{
    /// <summary>ALL_OR_NOTHING: every VM or none. BEST_EFFORT: each for itself.</summary>
    [AllowedValues("ALL_OR_NOTHING", "BEST_EFFORT")]
    public string Mode { get; init; } = "ALL_OR_NOTHING";

    /// <summary>The VMs, each as in a create of its own: 1 to 1,000, no name twice.</summary>
    public required IReadOnlyList<CreateVm> Vms { get; init; }
}
