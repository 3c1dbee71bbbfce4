using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Images;

/// <summary>What VMs boot from.</summary>
public sealed record ImageResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>Pinned.</summary>
    [AllowedValues("QCOW2", "RAW", "ISO", "KERNEL")]
    public required string Format { get; init; }

    /// <summary>PENDING until its content has come.</summary>
    [AllowedValues("PENDING", "READY")]
    public required string State { get; init; }

    /// <summary>Bytes of the content.</summary>
    public required long? SizeBytes { get; init; }

    /// <summary>Bytes of the disk it describes.</summary>
    public required long? VirtualSizeBytes { get; init; }

    /// <summary>SHA-256 of the content, hexadecimal.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>The initial RAM disk of a KERNEL image.</summary>
    public required InitrdResource? Initrd { get; init; }

    /// <summary>What a KERNEL image is told.</summary>
    public required string? KernelCommandLine { get; init; }

    /// <summary>The instruction set that it is made for; only hosts of it take its VMs.</summary>
    [AllowedValues("X86_64", "AARCH64")]
    public required string Architecture { get; init; }

    /// <summary>What it boots by: only hosts that have it take its VMs. Null: whatever there is.</summary>
    [AllowedValues(null, "BIOS", "UEFI")]
    public required string? Firmware { get; init; }

    /// <summary>The least memory of a VM that boots from it, or null.</summary>
    public required long? MinMemoryMiB { get; init; }

    /// <summary>The least disk of a VM that boots from it, or null.</summary>
    public required long? MinDiskGiB { get; init; }

    /// <summary>Free words by key.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
