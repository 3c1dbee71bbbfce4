using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Images;

/// <summary>Makes an image.</summary>
public sealed record CreateImage
{
    /// <summary>A DNS label, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Pinned; the content’s header must agree.</summary>
    [AllowedValues("QCOW2", "RAW", "ISO", "KERNEL")]
    public required string Format { get; init; }

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

    /// <summary>A path below the service’s import folder to take the content from, or null to upload it.</summary>
    public string? ImportFrom { get; init; }

    /// <summary>The same for the initial RAM disk of a KERNEL image.</summary>
    public string? ImportInitrdFrom { get; init; }
}
