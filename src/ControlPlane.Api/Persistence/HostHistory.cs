using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The fleet at any revision that a kept placement needs. Each change of a host leaves one small row with what is promised of it; all
/// else of it, its shape, changes rarely and is kept once under its hash, whole, so that whatever a host comes to have is in it.
/// </summary>
public static class HostHistory
{
    private const int HashCharacters = 32;

    /// <summary>A host without what changes with each claim: its text and the hash of that.</summary>
    internal static (string Hash, string Content) ShapeOf(HostSnapshot host)
    {
        var content = StoreJson.Write(host with
        {
            Used = ResourceVector.Empty, FreeCores = 0, Nodes = [], Occupancy = HostOccupancy.None,
            Engines = [.. host.Engines.Select(engine => engine with { Used = ResourceVector.Empty })],
        });
        return (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..HashCharacters], content);
    }

    /// <summary>Whether nothing but what changes with each claim differs. False may be said of two that are the same.</summary>
    internal static bool SameShape(HostSnapshot before, HostSnapshot after)
    {
        if (before.Engines.Count != after.Engines.Count) { return false; }
        for (var i = 0; i < after.Engines.Count; i++)
        {
            if (after.Engines[i] with { Used = before.Engines[i].Used } != before.Engines[i]) { return false; }
        }
        return after with
        {
            Used = before.Used, FreeCores = before.FreeCores, Nodes = before.Nodes, Occupancy = before.Occupancy, Engines = before.Engines,
        } == before;
    }

    /// <summary>What changes with each claim: what is promised of the host and of each engine, in their order, and who is on it.</summary>
    internal static string UseOf(HostSnapshot host)
    {
        var text = new StringBuilder("{\"used\":[", 128);
        Append(text, host.Used);
        foreach (var engine in host.Engines) { Append(text.Append(','), engine.Used); }
        text.Append("],\"freeCores\":").Append(host.FreeCores);
        if (host.Nodes.Count > 0) { text.Append(",\"nodes\":").Append(StoreJson.Write(host.Nodes)); }
        if (host.Occupancy.Vms > 0) { text.Append(",\"occupancy\":").Append(StoreJson.Write(host.Occupancy)); }
        return text.Append('}').ToString();
    }

    /// <summary>The fleet as it was at a revision.</summary>
    public static async Task<FleetSnapshot> FleetAtAsync(StoreContext db, long revision, CancellationToken ct)
    {
        var newest = db.HostHistory.Where(row => row.Revision <= revision).GroupBy(row => row.Host)
            .Select(rows => new { Host = rows.Key, Revision = rows.Max(row => row.Revision) });
        var rows = await db.HostHistory.AsNoTracking()
            .Join(newest, row => new { row.Host, row.Revision }, last => new { last.Host, last.Revision }, (row, _) => row)
            .Where(row => row.Shape != null).ToListAsync(ct);
        var hashes = rows.Select(row => row.Shape!).Distinct().ToList();
        var shapes = new Dictionary<string, HostSnapshot>(hashes.Count);
        foreach (var part in hashes.Chunk(500))
        {
            var found = await db.HostShapes.AsNoTracking().Where(row => part.Contains(row.Hash)).ToListAsync(ct);
            found.ForEach(shape => shapes[shape.Hash] = StoreJson.Read<HostSnapshot>(shape.Content));
        }
        return FleetSnapshot.Of(rows.Select(row => Restore(shapes[row.Shape!], row.Use!))).At(revision);
    }

    /// <summary>Gives hosts that were there before there was a history their first row; how many there were.</summary>
    internal static async Task<int> BeginAsync(StoreSession session)
    {
        var strangers = await session.Db.Hosts.Where(host => !session.Db.HostHistory.Select(row => row.Host).Contains(host.Id))
            .Select(host => host.Id).ToListAsync();
        foreach (var id in strangers)
        {
            session.Rows.History.Add(HostChange.Reshaped(session.Fleet.Revision, session.Fleet.Find(id)!));
        }
        return strangers.Count;
    }

    private static HostSnapshot Restore(HostSnapshot shape, string text)
    {
        var use = StoreJson.Read<Use>(text);
        return shape with
        {
            Used = use.Used[0], FreeCores = use.FreeCores, Nodes = use.Nodes ?? [], Occupancy = use.Occupancy ?? HostOccupancy.None,
            Engines = [.. shape.Engines.Select((engine, index) => engine with { Used = use.Used[index + 1] })],
        };
    }

    private static void Append(StringBuilder text, ResourceVector amounts)
    {
        text.Append('{');
        var first = true;
        foreach (var (resource, amount) in amounts)
        {
            if (!first) { text.Append(','); }
            first = false;
            text.Append('"').Append(resource).Append("\":").Append(amount);
        }
        text.Append('}');
    }

    private sealed record Use(ResourceVector[] Used, long FreeCores, NodeSnapshot[]? Nodes, HostOccupancy? Occupancy);
}
