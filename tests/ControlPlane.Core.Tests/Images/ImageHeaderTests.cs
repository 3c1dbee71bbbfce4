using System.Buffers.Binary;
using ControlPlane.Core.Images;
using CsCheck;

namespace ControlPlane.Core.Tests.Images;

public class ImageHeaderTests
{
    private const int ClusterBytes = 64 * 1024;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_plain_qcow2_is_taken_with_its_virtual_size(int version)
    {
        Assert.Equal(ImageRefusal.None, Check(ImageFormat.Qcow2, Qcow2(version), out var size));
        Assert.Equal(1L << 30, size);
    }

    [Fact]
    public void A_qcow2_with_harmless_extensions_and_features_is_taken()
    {
        var head = Qcow2(3);
        Write64(head, 72, 0b1_1001);
        Extension(head, 104, 0x6803f857, 48);
        Extension(head, 104 + 8 + 48, 0x23852875, 3);
        Assert.Equal(ImageRefusal.None, Check(ImageFormat.Qcow2, head));
    }

    [Theory]
    [InlineData(8, 0x1000ul, ImageRefusal.BackingFile)]
    [InlineData(16, 0x0000_0010_0000_0010ul, ImageRefusal.BackingFile)]
    [InlineData(72, 0b10ul, ImageRefusal.Corrupt)]
    [InlineData(72, 0b100ul, ImageRefusal.ExternalDataFile)]
    [InlineData(72, 0b10_0000ul, ImageRefusal.UnknownFeature)]
    [InlineData(72, 1ul << 63, ImageRefusal.UnknownFeature)]
    [InlineData(24, 0ul, ImageRefusal.Malformed)]
    [InlineData(24, 1ul << 63, ImageRefusal.Malformed)]
    public void A_qcow2_is_refused_for_what_its_header_says(int offset, ulong value, ImageRefusal refusal)
    {
        var head = Qcow2(3);
        Write64(head, offset, value);
        Assert.Equal(refusal, Check(ImageFormat.Qcow2, head));
    }

    [Theory]
    [InlineData(0, 0x514649fau, ImageRefusal.OtherFormat)]
    [InlineData(4, 1u, ImageRefusal.UnsupportedVersion)]
    [InlineData(4, 4u, ImageRefusal.UnsupportedVersion)]
    [InlineData(20, 8u, ImageRefusal.Malformed)]
    [InlineData(20, 22u, ImageRefusal.Malformed)]
    [InlineData(32, 1u, ImageRefusal.Encrypted)]
    [InlineData(32, 2u, ImageRefusal.Encrypted)]
    [InlineData(100, 72u, ImageRefusal.Malformed)]
    [InlineData(100, 0x8000_0000u, ImageRefusal.Malformed)]
    public void A_qcow2_is_refused_for_what_a_word_of_its_header_says(int offset, uint value, ImageRefusal refusal)
    {
        var head = Qcow2(3);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(offset), value);
        Assert.Equal(refusal, Check(ImageFormat.Qcow2, head));
    }

    [Theory]
    [InlineData(2, 0xE2792ACAu, ImageRefusal.BackingFile)]
    [InlineData(3, 0xE2792ACAu, ImageRefusal.BackingFile)]
    [InlineData(2, 0x44415441u, ImageRefusal.ExternalDataFile)]
    [InlineData(3, 0x44415441u, ImageRefusal.ExternalDataFile)]
    public void An_extension_that_names_another_file_is_refused_wherever_it_stands(int version, uint type, ImageRefusal refusal)
    {
        var head = Qcow2(version);
        var first = version == 2 ? 72 : 104;
        Extension(head, first, 0x6803f857, 13);
        Extension(head, first + 8 + 16, type, 5);
        Assert.Equal(refusal, Check(ImageFormat.Qcow2, head));
    }

    [Fact]
    public void Extensions_that_never_end_are_refused()
    {
        var head = Qcow2(3);
        Extension(head, 104, 0x6803f857, ClusterBytes - 112);
        Assert.Equal(ImageRefusal.Malformed, Check(ImageFormat.Qcow2, head));
        Extension(head, 104, 0x6803f857, uint.MaxValue);
        Assert.Equal(ImageRefusal.Malformed, Check(ImageFormat.Qcow2, head));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_header_cut_off_anywhere_is_refused_or_taken_and_never_throws(int version)
    {
        var whole = Qcow2(version);
        var end = (version == 2 ? 72 : 104) + 8;
        for (var length = 0; length <= 512; length++)
        {
            var refusal = Check(ImageFormat.Qcow2, whole[..length]);
            Assert.Equal(length >= end, refusal == ImageRefusal.None);
            foreach (var format in Enum.GetValues<ImageFormat>()) { Check(format, whole[..length]); }
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_a_qcow2_that_names_a_file() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 300], Gen.Bool, Gen.Enum<ImageFormat>()).Sample((noise, at, begun, format) =>
        {
            // Half of them begin as a real header does, with noise over a part of it.
            var head = begun ? Qcow2(3)[..600] : noise;
            if (begun) { noise.CopyTo(head.AsSpan(at)); }
            var refusal = Check(format, head);
            if (format == ImageFormat.Qcow2 && refusal == ImageRefusal.None)
            {
                Assert.Equal(0x514649fbu, BinaryPrimitives.ReadUInt32BigEndian(head));
                Assert.Equal(0ul, BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(8)));
                Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(16)));
                Assert.Equal(0ul, BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4)) == 2
                    ? 0 : BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(72)) & 0b110);
            }
        }, iter: 10_000);

    [Fact]
    public void A_raw_disk_is_taken_as_it_is_and_its_size_is_its_length()
    {
        Assert.Equal(ImageRefusal.None, ImageHeader.Check(ImageFormat.Raw, new byte[512], 1 << 20, out var size));
        Assert.Equal(1 << 20, size);
    }

    [Theory]
    [InlineData("QFI\u00fb")]
    [InlineData("KDMV")]
    [InlineData("COWD")]
    [InlineData("conectix")]
    [InlineData("vhdxfile")]
    [InlineData("QED\0")]
    [InlineData("# Disk DescriptorFile")]
    [InlineData("<<< Oracle VM VirtualBox Disk Image >>>")]
    public void A_raw_disk_that_begins_as_another_format_is_refused(string beginning)
    {
        var head = new byte[512];
        System.Text.Encoding.Latin1.GetBytes(beginning).CopyTo(head.AsSpan());
        Assert.Equal(ImageRefusal.OtherFormat, Check(ImageFormat.Raw, head));
    }

    [Fact]
    public void An_iso_is_known_by_its_volume_descriptor()
    {
        var head = new byte[ImageHeader.Length];
        Assert.Equal(ImageRefusal.OtherFormat, Check(ImageFormat.Iso, head));
        "CD001"u8.CopyTo(head.AsSpan(0x8001));
        Assert.Equal(ImageRefusal.None, Check(ImageFormat.Iso, head));
        Assert.Equal(ImageRefusal.TooShort, Check(ImageFormat.Iso, head[..0x8005]));
    }

    [Fact]
    public void A_kernel_is_known_by_its_boot_header_or_as_an_elf_file()
    {
        var head = new byte[4096];
        Assert.Equal(ImageRefusal.OtherFormat, Check(ImageFormat.Kernel, head));
        "HdrS"u8.CopyTo(head.AsSpan(0x202));
        Assert.Equal(ImageRefusal.None, Check(ImageFormat.Kernel, head, out var size));
        Assert.Equal(0, size);
        Assert.Equal(ImageRefusal.TooShort, Check(ImageFormat.Kernel, head[..0x205]));
        Assert.Equal(ImageRefusal.None, Check(ImageFormat.Kernel, [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0]));
    }

    [Fact]
    public void Nothing_is_no_image()
    {
        foreach (var format in Enum.GetValues<ImageFormat>()) { Assert.Equal(ImageRefusal.TooShort, Check(format, [])); }
    }

    private static ImageRefusal Check(ImageFormat format, byte[] head) => Check(format, head, out _);

    private static ImageRefusal Check(ImageFormat format, byte[] head, out long virtualSizeBytes) =>
        ImageHeader.Check(format, head, head.Length, out virtualSizeBytes);

    private static byte[] Qcow2(int version)
    {
        var head = new byte[ClusterBytes];
        BinaryPrimitives.WriteUInt32BigEndian(head, 0x514649fb);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), version);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(20), 16);
        Write64(head, 24, 1ul << 30);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(36), 2);
        Write64(head, 40, 3 * ClusterBytes);
        Write64(head, 48, ClusterBytes);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(56), 1);
        if (version == 3)
        {
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(96), 4);
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(100), 104);
        }
        return head;
    }

    private static void Write64(byte[] head, int offset, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(offset), value);

    private static void Extension(byte[] head, int offset, uint type, uint length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(offset), type);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(offset + 4), length);
    }
}
