using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>Stops a VM.</summary>
public sealed record StopVm
{
    /// <summary>GRACEFUL asks the guest by ACPI; FORCED ends its process.</summary>
    [AllowedValues("GRACEFUL", "FORCED")]
    public string Mode { get; init; } = "GRACEFUL";

    /// <summary>Seconds the guest has: 1 to 3600.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Whether force follows when the guest did not stop in time; else the operation fails and the VM runs on.</summary>
    public bool ForceAfterTimeout { get; init; }
}
