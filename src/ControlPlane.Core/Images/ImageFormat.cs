namespace ControlPlane.Core.Images;

/// <summary>What an image is.</summary>
public enum ImageFormat
{
    /// <summary>A QEMU copy-on-write disk, version 2 or 3.</summary>
    Qcow2,

    /// <summary>A disk as it is.</summary>
    Raw,

    /// <summary>An ISO 9660 volume.</summary>
    Iso,

    /// <summary>A Linux kernel, with an initial RAM disk and a command line.</summary>
    Kernel,
}
