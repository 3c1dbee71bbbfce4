using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Images;

/// <summary>What images may be and where they may come from: <c>ControlPlane:Images</c>.</summary>
public sealed class ImageOptions : IValidatableObject
{
    /// <summary>The section.</summary>
    public const string Section = "ControlPlane:Images";

    /// <summary>Bytes of one upload or import at the most. 1 to 2^50; 64 GiB when not set.</summary>
    [Range(1L, 1L << 50)]
    public long MaxUploadBytes { get; set; } = 64L << 30;

    /// <summary>Bytes of the disk that an image describes at the most. 1 to 2^60; 16 TiB when not set.</summary>
    [Range(1L, 1L << 60)]
    public long MaxVirtualSizeBytes { get; set; } = 16L << 40;

    /// <summary>The folder below which importFrom names files; nothing is imported when it is not set.</summary>
    public string? ImportFolder { get; set; }

    /// <summary>The program that gives a second opinion on qcow2; without it the service's own check decides alone.</summary>
    [Required]
    public string QemuImgPath { get; set; } = "qemu-img";

    /// <summary>Memory that program may take, in MiB. 64 to 65,536.</summary>
    [Range(64, 65_536)]
    public int QemuImgMemoryMiB { get; set; } = 1_024;

    /// <summary>Processor time that program may take, in seconds. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int QemuImgCpuSeconds { get; set; } = 10;

    /// <summary>Time that program may take, in seconds. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int QemuImgTimeoutSeconds { get; set; } = 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ImportFolder is { Length: > 0 } folder && !(Path.IsPathFullyQualified(folder) && Directory.Exists(folder)))
        {
            yield return new($"is '{folder}', which is not a folder by its full path", [nameof(ImportFolder)]);
        }
    }
}
