using System.Collections.Immutable;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Every host at one moment, in the order of their ids, kept by column in chunks of up to 64 hosts. Immutable: a change makes another
/// that shares all chunks but one, so that readers need no lock, a draft costs nothing to drop and a record can keep what it saw.
/// </summary>
public sealed class FleetSnapshot
{
    /// <summary>No hosts.</summary>
    public static readonly FleetSnapshot Empty = new([], FleetTerms.None, FleetTotals.None, 0, 0);

    private readonly ImmutableArray<FleetChunk> chunks;

    private FleetSnapshot(ImmutableArray<FleetChunk> chunks, FleetTerms terms, FleetTotals totals, int count, long revision) =>
        (this.chunks, Terms, Totals, Count, Revision) = (chunks, terms, totals, count, revision);

    /// <summary>How many hosts there are.</summary>
    public int Count { get; }

    /// <summary>The revision it stands for: with the history of the hosts it says what this held. Zero when nobody told.</summary>
    public long Revision { get; }

    /// <summary>The hosts, by id.</summary>
    public IEnumerable<HostSnapshot> Hosts => chunks.SelectMany(chunk => chunk.List);

    internal ReadOnlySpan<FleetChunk> Chunks => chunks.AsSpan();

    internal FleetTerms Terms { get; }

    internal FleetTotals Totals { get; }

    /// <summary>Builds one; the order given does not matter.</summary>
    public static FleetSnapshot Of(IEnumerable<HostSnapshot> hosts)
    {
        var sorted = hosts.OrderBy(host => host.Id).ToArray();
        var terms = sorted.Aggregate(FleetTerms.None, (known, host) => known.With(host));
        var chunks = ImmutableArray.CreateBuilder<FleetChunk>();
        foreach (var part in sorted.Chunk(FleetChunk.MaxHosts)) { chunks.Add(FleetChunk.Of(part, terms, chunks.LastOrDefault())); }
        return new(chunks.ToImmutable(), terms, FleetTotals.Of(sorted, terms), sorted.Length, 0);
    }

    /// <summary>The same hosts, as of a revision.</summary>
    public FleetSnapshot At(long revision) => new(chunks, Terms, Totals, Count, revision);

    /// <summary>This with a host added or replaced.</summary>
    public FleetSnapshot With(HostSnapshot host)
    {
        var terms = Terms.With(host);
        if (chunks.IsEmpty)
        {
            return new([FleetChunk.Of([host], terms, null)], terms, FleetTotals.None.With(null, host, terms), 1, Revision);
        }
        var at = ChunkOf(host.Id);
        var index = chunks[at].IndexOf(host.Id);
        if (index < 0) { return Insert(at, ~index, host, terms); }
        var totals = Totals.With(chunks[at].Hosts[index], host, terms);
        return new(chunks.SetItem(at, chunks[at].Replace(index, host, terms)), terms, totals, Count, Revision);
    }

    /// <summary>This with what is promised of a host there, made by <see cref="HostSnapshot.WithUse"/>.</summary>
    public FleetSnapshot WithUse(HostSnapshot host)
    {
        var at = ChunkOf(host.Id);
        var row = chunks[at].IndexOf(host.Id);
        Invariant.Check(row >= 0, $"{host.Id} is not there");
        var totals = Totals.With(chunks[at].Hosts[row], host, Terms);
        return new(chunks.SetItem(at, chunks[at].ReplaceUse(row, host, Terms)), Terms, totals, Count, Revision);
    }

    /// <summary>This without a host.</summary>
    public FleetSnapshot Without(HostId id)
    {
        if (chunks.IsEmpty) { return this; }
        var at = ChunkOf(id);
        var index = chunks[at].IndexOf(id);
        if (index < 0) { return this; }
        HostSnapshot[] left = [.. chunks[at].Hosts[..index], .. chunks[at].Hosts[(index + 1)..]];
        var totals = Totals.With(chunks[at].Hosts[index], null, Terms);
        return new(left.Length == 0 ? chunks.RemoveAt(at) : Joined(at, left), Terms, totals, Count - 1, Revision);
    }

    /// <summary>The host of an id, or null.</summary>
    public HostSnapshot? Find(HostId id)
    {
        if (chunks.IsEmpty) { return null; }
        var chunk = chunks[ChunkOf(id)];
        return chunk.IndexOf(id) is >= 0 and var index ? chunk.Hosts[index] : null;
    }

    /// <summary>Whether any host has this driver.</summary>
    public bool Any(HostDriver driver)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.With(driver) != 0) { return true; }
        }
        return false;
    }

    /// <summary>Whether any host has any of a class, itself or by an engine.</summary>
    public bool Has(ResourceClass resource)
    {
        var id = Terms.IdOf(resource);
        foreach (var chunk in chunks)
        {
            if (chunk.Columns.IndexOf(id) >= 0) { return true; }
        }
        return false;
    }

    /// <summary>Every class that any host has, itself or by an engine, in order.</summary>
    public IReadOnlyList<ResourceClass> Classes() => [.. Hosts.SelectMany(FleetTerms.ClassesOf).Distinct().Order()];

    /// <summary>Whether any host carries a word.</summary>
    internal bool Carries(HostAttribute attribute)
    {
        var id = Terms.IdOf(attribute);
        foreach (var chunk in chunks)
        {
            if (chunk.Carrying(id) != 0) { return true; }
        }
        return false;
    }

    internal int ChunkOf(HostId id)
    {
        var (low, high) = (0, chunks.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (chunks[middle].Hosts[0].Id.CompareTo(id) <= 0) { low = middle; } else { high = middle - 1; }
        }
        return low;
    }

    // Hosts come in the order of their ids, so that a full last chunk is followed by a new one; elsewhere it is cut in halves.
    private FleetSnapshot Insert(int at, int index, HostSnapshot host, FleetTerms terms)
    {
        HostSnapshot[] hosts = [.. chunks[at].Hosts[..index], host, .. chunks[at].Hosts[index..]];
        var totals = Totals.With(null, host, terms);
        if (hosts.Length <= FleetChunk.MaxHosts)
        {
            return new(chunks.SetItem(at, FleetChunk.Of(hosts, terms, Before(at))), terms, totals, Count + 1, Revision);
        }
        var cut = index == hosts.Length - 1 ? index : hosts.Length / 2;
        var (left, right) = (FleetChunk.Of(hosts[..cut], terms, Before(at)), FleetChunk.Of(hosts[cut..], terms, null));
        return new(chunks.SetItem(at, left).Insert(at + 1, right), terms, totals, Count + 1, Revision);
    }

    // A chunk that is left with few hosts joins the one after it: a fleet from which hosts go must not end with a chunk for each.
    private ImmutableArray<FleetChunk> Joined(int at, HostSnapshot[] hosts)
    {
        if (at + 1 < chunks.Length && hosts.Length + chunks[at + 1].Hosts.Length <= FleetChunk.MaxHosts / 2)
        {
            return chunks.RemoveAt(at + 1).SetItem(at, FleetChunk.Of([.. hosts, .. chunks[at + 1].Hosts], Terms, Before(at)));
        }
        return chunks.SetItem(at, FleetChunk.Of(hosts, Terms, Before(at)));
    }

    private FleetChunk? Before(int at) => at > 0 ? chunks[at - 1] : null;
}
