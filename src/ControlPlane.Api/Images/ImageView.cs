using ControlPlane.Api.Http;
using ControlPlane.Contracts.Images;
using ControlPlane.Core.Images;

namespace ControlPlane.Api.Images;

/// <summary>An image as the client reads it.</summary>
public static class ImageView
{
    /// <summary>Maps it.</summary>
    public static ImageResource Of(Image image) => new()
    {
        Id = image.Id.ToString(),
        Name = image.Name.ToString(),
        Project = image.Project,
        Format = Words.Of(image.Format),
        State = Words.Of(image.State),
        SizeBytes = image.SizeBytes,
        VirtualSizeBytes = image.Format == ImageFormat.Kernel ? null : image.VirtualSizeBytes,
        Sha256 = image.Sha256,
        Initrd = image is { InitrdSizeBytes: { } size, InitrdSha256: { } sha256 } ? new() { SizeBytes = size, Sha256 = sha256 } : null,
        KernelCommandLine = image.KernelCommandLine,
        Architecture = Words.Of(image.Architecture),
        Firmware = Words.Of(image.Firmware),
        MinMemoryMiB = image.MinMemoryMiB,
        MinDiskGiB = image.MinDiskGiB,
        Labels = image.Labels,
        Etag = Answers.Etag(image.Version),
        CreateTime = image.CreateTime,
        UpdateTime = image.UpdateTime,
    };
}
