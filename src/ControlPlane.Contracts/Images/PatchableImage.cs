using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Images;

/// <summary>What a PATCH may change of an image.</summary>
public sealed record PatchableImage
{
    /// <summary>What a KERNEL image is told.</summary>
    public string? KernelCommandLine { get; init; }

    /// <summary>The instruction set that it is made for; only hosts of it take its VMs.</summary>
    [AllowedValues("X86_64", "AARCH64")]
    public string Architecture { get; init; } = "X86_64";

    /// <summary>What it boots by: only hosts that have it take its VMs. Null: whatever there is.</summary>
    [AllowedValues(null, "BIOS", "UEFI")]
    public string? Firmware { get; init; }

    /// <summary>The least memory of a VM that boots from it, or null.</summary>
    public long? MinMemoryMiB { get; init; }

    /// <summary>The least disk of a VM that boots from it, or null.</summary>
    public long? MinDiskGiB { get; init; }

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
