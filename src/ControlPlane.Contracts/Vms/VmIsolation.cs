using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>How isolated a VM wants to be.</summary>
public sealed record VmIsolation
{
    /// <summary>SHARED is what this version offers.</summary>
    [AllowedValues("SHARED")]
    public string Level { get; init; } = "SHARED";
}
