using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Pools;

/// <summary>A pool’s default policies.</summary>
public sealed record PoolPolicies
{
    /// <summary>For VMs that name none and give no expected lifetime.</summary>
    [AllowedValues("FIRST_FIT", "BEST_FIT", "WORST_FIT", "BALANCED", "RANDOM")]
    public string Algorithm { get; init; } = "BALANCED";

    /// <summary>Whether its VMs make each other stop.</summary>
    public PreemptionPolicy Preemption { get; init; } = new();
}
