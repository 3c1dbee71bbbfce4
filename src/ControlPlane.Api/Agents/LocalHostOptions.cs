using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Agents;

/// <summary>The service's own machine as a host: <c>ControlPlane:LocalHost</c>.</summary>
public sealed class LocalHostOptions
{
    /// <summary>Whether the service's own machine is a host.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// AUTO: real guests, with engines that say why they do not work where QEMU is missing; QEMU: the same, and the start is refused
    /// where QEMU is missing; SIMULATED: a simulated host of this machine's size.
    /// </summary>
    [AllowedValues("AUTO", "QEMU", "SIMULATED")]
    public string Driver { get; set; } = "AUTO";

    /// <summary>The host's name: a DNS label.</summary>
    [RegularExpression("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    public string Name { get; set; } = "local";

    /// <summary>The zone it stands in, or null.</summary>
    [MaxLength(63)]
    public string? Zone { get; set; }

    /// <summary>How often each vCPU may be promised, when the host is first registered. 0.001 to 1000.</summary>
    [Range(0.001, 1000)]
    public double VcpuOvercommit { get; set; } = 4;

    /// <summary>Memory never promised, for the machine itself, when the host is first registered. 0 to 16777216.</summary>
    [Range(0, 16_777_216)]
    public long ReservedMemoryMiB { get; set; } = 512;

    /// <summary>Disk never promised, when the host is first registered. 0 to 1048576.</summary>
    [Range(0, 1_048_576)]
    public long ReservedDiskGiB { get; set; } = 1;
}
