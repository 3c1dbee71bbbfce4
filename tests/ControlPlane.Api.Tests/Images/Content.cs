using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ControlPlane.Api.Tests.Images;

/// <summary>Bytes to upload, written by hand as the formats say.</summary>
internal static class Content
{
    private const int ClusterBytes = 64 * 1024;

    /// <summary>An empty qcow2 version 3 of one cluster of data: header, L1 table, refcount table, refcount block.</summary>
    internal static byte[] Qcow2(long virtualSizeBytes = 1L << 20)
    {
        var image = new byte[4 * ClusterBytes];
        Write32(image, 0, 0x514649fb);
        Write32(image, 4, 3);
        Write32(image, 20, 16);
        Write64(image, 24, (ulong)virtualSizeBytes);
        Write32(image, 36, (uint)Math.Max(1, (virtualSizeBytes + (512L << 20) - 1) / (512L << 20)));
        Write64(image, 40, ClusterBytes);
        Write64(image, 48, 2 * ClusterBytes);
        Write32(image, 56, 1);
        Write32(image, 96, 4);
        Write32(image, 100, 104);
        Write64(image, 2 * ClusterBytes, 3 * ClusterBytes);
        for (var used = 3 * ClusterBytes; used < (3 * ClusterBytes) + 8; used += 2) { image[used + 1] = 1; }
        return image;
    }

    internal static byte[] With(this byte[] image, int offset, ulong value)
    {
        Write64(image, offset, value);
        return image;
    }

    internal static byte[] With(this byte[] image, int offset, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(image.AsSpan(offset));
        return image;
    }

    internal static byte[] Kernel() => new byte[4096].With(0x202, "HdrS"u8);

    internal static byte[] Iso() => new byte[64 * 1024].With(0x8001, "CD001"u8);

    internal static byte[] Raw(byte fill = 7)
    {
        var image = new byte[100_000];
        Array.Fill(image, fill);
        return image;
    }

    internal static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static void Write32(byte[] image, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset), value);

    private static void Write64(byte[] image, int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(offset), value);
}
