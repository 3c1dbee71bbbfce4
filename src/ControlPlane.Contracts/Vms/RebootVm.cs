using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>Boots a VM again.</summary>
public sealed record RebootVm
{
    /// <summary>GRACEFUL lets the guest shut down first; FORCED resets it.</summary>
    [AllowedValues("GRACEFUL", "FORCED")]
    public string Mode { get; init; } = "GRACEFUL";

    /// <summary>Seconds the guest has: 1 to 3600.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Whether a reset follows when the guest did not shut down in time.</summary>
    public bool ForceAfterTimeout { get; init; }
}
