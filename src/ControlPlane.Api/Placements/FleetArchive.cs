using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Scheduling;
using ZstdSharp;

namespace ControlPlane.Api.Placements;

/// <summary>
/// Writes the fleet as a decision saw it into few bytes: JSON lines, compressed with Zstandard (RFC 8878). A host's line is made once
/// for as long as the host stays as it is, and a fleet's archive once for all decisions that saw it.
/// </summary>
internal static class FleetArchive
{
    private const int MaxBytes = 256 * 1024 * 1024;
    private static readonly ConditionalWeakTable<HostSnapshot, byte[]> lines = [];
    private static readonly ConditionalWeakTable<FleetSnapshot, Archived> archives = [];

    /// <summary>The archive of a fleet, and its SHA-256 in hexadecimal.</summary>
    internal static (string Hash, byte[] Content) Of(FleetSnapshot fleet)
    {
        var archive = archives.GetValue(fleet, Make);
        return (archive.Hash, archive.Content);
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    internal static FleetSnapshot Read(byte[] content)
    {
        using var decompressor = new Decompressor();
        var text = decompressor.Unwrap(content, MaxBytes).ToArray();
        return FleetSnapshot.Of(JsonSerializer.Deserialize<List<HostSnapshot>>(text, StoreJson.Options)!);
    }

    private static Archived Make(FleetSnapshot fleet)
    {
        using var text = new MemoryStream(fleet.Count * 512);
        text.WriteByte((byte)'[');
        foreach (var each in fleet.Hosts)
        {
            if (text.Length > 1) { text.Write(",\n"u8); }
            text.Write(lines.GetValue(each, host => JsonSerializer.SerializeToUtf8Bytes(host, StoreJson.Options)));
        }
        text.WriteByte((byte)']');
        using var compressor = new Compressor(1);
        var content = compressor.Wrap(text.GetBuffer().AsSpan(0, (int)text.Length)).ToArray();
        return new(Convert.ToHexStringLower(SHA256.HashData(content)), content);
    }

    private sealed record Archived(string Hash, byte[] Content);
}
