using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>How isolated a VM wants to be.</summary>
public sealed record VmIsolation
{
    /// <summary>
    /// SHARED; PINNED: each vCPU has a core of its own, whatever the over-commitment, in as few NUMA nodes as will do, which is taken by
    /// simulated hosts alone in this version; DEDICATED: on a host with none but dedicated VMs of its project.
    /// </summary>
    [AllowedValues("SHARED", "PINNED", "DEDICATED")]
    public string Level { get; init; } = "SHARED";
}
