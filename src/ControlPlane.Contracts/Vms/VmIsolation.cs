using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>How isolated a VM wants to be.</summary>
public sealed record VmIsolation
{
    /// <summary>
    /// SHARED, or PINNED: each vCPU has a core of its own, whatever the over-commitment, in as few NUMA nodes as will do. PINNED is taken
    /// by simulated hosts alone in this version.
    /// </summary>
    [AllowedValues("SHARED", "PINNED")]
    public string Level { get; init; } = "SHARED";
}
