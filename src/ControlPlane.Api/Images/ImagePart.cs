namespace ControlPlane.Api.Images;

/// <summary>Which file of an image is meant.</summary>
public enum ImagePart
{
    /// <summary>The disk, the ISO or the kernel.</summary>
    Content,

    /// <summary>The initial RAM disk of a kernel.</summary>
    Initrd,
}
