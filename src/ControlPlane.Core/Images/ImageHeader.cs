using System.Buffers.Binary;

namespace ControlPlane.Core.Images;

/// <summary>
/// Reads the first bytes of content and says whether it is what it was declared to be, and free of references to other files.
/// Source: QEMU, docs/interop/qcow2.txt; ECMA-119 for ISO 9660; Linux, Documentation/arch/x86/boot.rst.
/// </summary>
public static class ImageHeader
{
    /// <summary>How many of the first bytes must be given (or all, of shorter content).</summary>
    public const int Length = 64 * 1024;

    private const uint QcowMagic = 0x514649fb;
    private const int BackingExtension = unchecked((int)0xE2792ACA);
    private const int DataFileExtension = 0x44415441;
    private const ulong KnownIncompatible = 0b1_1111;

    /// <summary>Checks content against its declared format.</summary>
    /// <param name="format">As declared.</param>
    /// <param name="head">The first <see cref="Length"/> bytes.</param>
    /// <param name="sizeBytes">All bytes.</param>
    /// <param name="virtualSizeBytes">The size of the disk it describes; zero for a kernel.</param>
    public static ImageRefusal Check(ImageFormat format, ReadOnlySpan<byte> head, long sizeBytes, out long virtualSizeBytes)
    {
        virtualSizeBytes = format == ImageFormat.Kernel ? 0 : sizeBytes;
        if (sizeBytes == 0) { return ImageRefusal.TooShort; }
        return format switch
        {
            ImageFormat.Qcow2 => CheckQcow2(head, out virtualSizeBytes),
            ImageFormat.Raw => LooksLikeContainer(head) ? ImageRefusal.OtherFormat : ImageRefusal.None,
            ImageFormat.Iso => CheckAt(head, 0x8001, "CD001"u8),
            ImageFormat.Kernel => CheckKernel(head),
        };
    }

    // A raw disk whose first bytes are another format's header would be opened as that format by whoever probes it.
    private static bool LooksLikeContainer(ReadOnlySpan<byte> head) =>
        (head.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(head) == QcowMagic)
        || head.StartsWith("KDMV"u8) || head.StartsWith("COWD"u8) || head.StartsWith("conectix"u8) || head.StartsWith("vhdxfile"u8)
        || head.StartsWith("QED\0"u8) || head.StartsWith("# Disk DescriptorFile"u8) || head.StartsWith("<<< "u8);

    private static ImageRefusal CheckAt(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> magic)
    {
        if (head.Length < offset + magic.Length) { return ImageRefusal.TooShort; }
        return head[offset..].StartsWith(magic) ? ImageRefusal.None : ImageRefusal.OtherFormat;
    }

    private static ImageRefusal CheckKernel(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\u007fELF"u8)) { return ImageRefusal.None; }
        return CheckAt(head, 0x202, "HdrS"u8);
    }

    private static ImageRefusal CheckQcow2(ReadOnlySpan<byte> head, out long virtualSizeBytes)
    {
        virtualSizeBytes = 0;
        if (head.Length < 72) { return ImageRefusal.TooShort; }
        if (BinaryPrimitives.ReadUInt32BigEndian(head) != QcowMagic) { return ImageRefusal.OtherFormat; }
        var version = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        if (version is not (2 or 3)) { return ImageRefusal.UnsupportedVersion; }
        if (BinaryPrimitives.ReadUInt64BigEndian(head[8..]) != 0 || BinaryPrimitives.ReadUInt32BigEndian(head[16..]) != 0)
        {
            return ImageRefusal.BackingFile;
        }
        var clusterBits = BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
        var size = BinaryPrimitives.ReadUInt64BigEndian(head[24..]);
        if (clusterBits is < 9 or > 21 || size == 0 || size > long.MaxValue) { return ImageRefusal.Malformed; }
        if (BinaryPrimitives.ReadUInt32BigEndian(head[32..]) != 0) { return ImageRefusal.Encrypted; }
        virtualSizeBytes = (long)size;
        return version == 2 ? CheckExtensions(head, 72) : CheckVersion3(head);
    }

    private static ImageRefusal CheckVersion3(ReadOnlySpan<byte> head)
    {
        if (head.Length < 104) { return ImageRefusal.TooShort; }
        var incompatible = BinaryPrimitives.ReadUInt64BigEndian(head[72..]);
        if ((incompatible & 0b10) != 0) { return ImageRefusal.Corrupt; }
        if ((incompatible & 0b100) != 0) { return ImageRefusal.ExternalDataFile; }
        if ((incompatible & ~KnownIncompatible) != 0) { return ImageRefusal.UnknownFeature; }
        var headerLength = BinaryPrimitives.ReadUInt32BigEndian(head[100..]);
        return headerLength is < 104 or > 4096 ? ImageRefusal.Malformed : CheckExtensions(head, (int)headerLength);
    }

    private static ImageRefusal CheckExtensions(ReadOnlySpan<byte> head, int offset)
    {
        while (offset + 8 <= head.Length)
        {
            var type = BinaryPrimitives.ReadInt32BigEndian(head[offset..]);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head[(offset + 4)..]);
            if (type == 0) { return ImageRefusal.None; }
            if (type == BackingExtension) { return ImageRefusal.BackingFile; }
            if (type == DataFileExtension) { return ImageRefusal.ExternalDataFile; }
            if (length > head.Length) { return ImageRefusal.Malformed; }
            offset += 8 + (int)((length + 7) & ~7u);
        }
        return ImageRefusal.Malformed;
    }
}
