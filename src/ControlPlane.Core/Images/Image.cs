using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;

namespace ControlPlane.Core.Images;

/// <summary>What VMs boot from. Its content is kept under its id, never under its name.</summary>
public sealed class Image
{
    private Image() { }

    /// <summary>An image whose content has not come yet.</summary>
    public Image(ImageId id, string project, ResourceName name, ImageFormat format, DateTimeOffset now) =>
        (Id, Project, Name, Format, CreateTime, UpdateTime) = (id, project, name, format, now, now);

    /// <summary>Server-made id.</summary>
    public ImageId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>Pinned: given when it was made, proved by the content's header, never probed again.</summary>
    public ImageFormat Format { get; private set; }

    /// <summary>The instruction set that it is made for.</summary>
    public CpuArchitecture Architecture { get; set; } = CpuArchitecture.X86_64;

    /// <summary>What it boots by, or null when whatever there is will do.</summary>
    public Firmware? Firmware { get; set; }

    /// <summary>The least memory of a VM that boots from it, or null.</summary>
    public long? MinMemoryMiB { get; set; }

    /// <summary>The least disk of a VM that boots from it, or null.</summary>
    public long? MinDiskGiB { get; set; }

    /// <summary>Whether it can be used.</summary>
    public ImageState State { get; private set; }

    /// <summary>Bytes of the content.</summary>
    public long? SizeBytes { get; private set; }

    /// <summary>Bytes of the disk it describes.</summary>
    public long? VirtualSizeBytes { get; private set; }

    /// <summary>SHA-256 of the content, lower-case hexadecimal.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>The file that holds the content, below the image directory; made from the id.</summary>
    public string? ContentFile { get; private set; }

    /// <summary>Bytes of the initial RAM disk of a kernel.</summary>
    public long? InitrdSizeBytes { get; private set; }

    /// <summary>SHA-256 of the initial RAM disk.</summary>
    public string? InitrdSha256 { get; private set; }

    /// <summary>The file that holds it.</summary>
    public string? InitrdFile { get; private set; }

    /// <summary>What a kernel is told.</summary>
    public string? KernelCommandLine { get; set; }

    /// <summary>Free words by key.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>Grows with every change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Sets the content that has been checked and stored.</summary>
    public void SetContent(string file, long sizeBytes, long virtualSizeBytes, string sha256)
    {
        (ContentFile, SizeBytes, VirtualSizeBytes, Sha256) = (file, sizeBytes, virtualSizeBytes, sha256);
        State = ImageState.Ready;
    }

    /// <summary>Sets the initial RAM disk that has been stored.</summary>
    public void SetInitrd(string file, long sizeBytes, string sha256) =>
        (InitrdFile, InitrdSizeBytes, InitrdSha256) = (file, sizeBytes, sha256);
}
