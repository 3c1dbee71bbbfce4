using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Hosts;

/// <summary>One of a host’s two virtualisation engines.</summary>
public sealed record EngineResource
{
    /// <summary>Hardware (KVM) or software (emulation).</summary>
    [AllowedValues("HARDWARE", "SOFTWARE")]
    public required string Kind { get; init; }

    /// <summary>A stopped engine takes no new VM and has none running.</summary>
    [AllowedValues("STOPPED", "STARTING", "RUNNING", "STOPPING")]
    public required string State { get; init; }

    /// <summary>Whether a guest really ran on it.</summary>
    public required bool Proved { get; init; }

    /// <summary>QEMU’s -cpu model.</summary>
    public required string CpuModel { get; init; }

    /// <summary>QEMU’s -machine type.</summary>
    public required string MachineType { get; init; }

    /// <summary>By class: what its VMs may use and do use; <c>total</c> null where only the host bounds it.</summary>
    public required IReadOnlyDictionary<string, EngineClass> Resources { get; init; }

    /// <summary>Why it is proved, or not.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }
}
