using System.Text.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Scheduling;
using ZstdSharp;

namespace ControlPlane.Api.Placements;

/// <summary>
/// Reads the fleet as a decision saw it that was kept before hosts had a history: JSON, compressed with Zstandard (RFC 8878).
/// </summary>
internal static class FleetArchive
{
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>The fleet of an archive.</summary>
    internal static FleetSnapshot Read(byte[] content)
    {
        using var decompressor = new Decompressor();
        var text = decompressor.Unwrap(content, MaxBytes).ToArray();
        return FleetSnapshot.Of(JsonSerializer.Deserialize<List<HostSnapshot>>(text, StoreJson.Options)!);
    }
}
