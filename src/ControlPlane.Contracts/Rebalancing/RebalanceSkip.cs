using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>A VM that a plan does not move.</summary>
public sealed record RebalanceSkip
{
    /// <summary>The VM.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name; null when it is gone.</summary>
    public required string? VmName { get; init; }

    /// <summary>
    /// OPERATION_RUNNING: something is being done to it. WRONG_STATE: it is neither RUNNING, PAUSED nor STOPPED. HOST_UNREACHABLE: its host
    /// is not heard of. OWN_NODES: it has NUMA nodes or cores of its own, which plans do not move yet. NO_TARGET: it breaks a rule and no
    /// host would take it.
    /// </summary>
    [AllowedValues("OPERATION_RUNNING", "WRONG_STATE", "HOST_UNREACHABLE", "OWN_NODES", "NO_TARGET")]
    public required string Reason { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }
}
