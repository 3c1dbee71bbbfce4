using ControlPlane.Core.Images;

namespace ControlPlane.Api.Images;

/// <summary>What each refusal says to the one who sent the content, and what to do next.</summary>
internal static class ImageRefusals
{
    private const string Flatten = "flatten it with: qemu-img convert -O qcow2 in.qcow2 out.qcow2";
    private const string Rewrite = "write it anew with: qemu-img convert -O qcow2 in.qcow2 out.qcow2";

    /// <summary>The predicate of a sentence whose subject is the content; null when it is taken.</summary>
    internal static string? Sentence(ImageRefusal refusal, ImageFormat format) => refusal switch
    {
        ImageRefusal.None => null,
        ImageRefusal.TooShort => $"is empty or shorter than the header of {Words.Of(format)}; send the whole file",
        ImageRefusal.OtherFormat => OtherFormat(format),
        ImageRefusal.UnsupportedVersion => "is a qcow2 of a version other than 2 and 3; " + Rewrite,
        ImageRefusal.BackingFile => "has a backing file, which would be a path on the host; " + Flatten,
        ImageRefusal.ExternalDataFile => "keeps its data in an external file, which would be a path on the host; " + Flatten,
        ImageRefusal.Encrypted => "is encrypted; decrypt it first with qemu-img convert and send the plain image",
        ImageRefusal.UnknownFeature => "needs a qcow2 feature that this service does not know; " + Rewrite,
        ImageRefusal.Corrupt => "is marked as corrupt; repair it with: qemu-img check -r all in.qcow2",
        ImageRefusal.Malformed => "has a qcow2 header with a field out of range; " + Rewrite,
    };

    private static string OtherFormat(ImageFormat format) => format switch
    {
        ImageFormat.Qcow2 => "is not a qcow2; make the image with its real format, "
            + "or convert it with: qemu-img convert -O qcow2 in out.qcow2",
        ImageFormat.Raw => "begins like a disk image of another format and is refused as RAW; make the image with its real format, "
            + "or convert it with: qemu-img convert -O raw in out.raw",
        ImageFormat.Iso => "is not an ISO 9660 volume; make the image with its real format",
        ImageFormat.Kernel => "is neither a Linux bzImage nor an ELF kernel; send the kernel file itself, such as /boot/vmlinuz",
    };
}
