using System.Numerics;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Who is on a chunk's hosts: for each group and pool that has a VM on any of them one bit per host, and the counts of the hosts whose
/// bit is set, packed in their order. Immutable.
/// </summary>
internal sealed class ChunkOccupants
{
    private readonly Guid[] keys;
    private readonly ulong[] words;
    private readonly int[] starts;
    private readonly int[] counts;
    private readonly (string Project, ulong Hosts)[] tenants;
    private readonly long[] exits;

    private ChunkOccupants(
        (Guid[] Keys, ulong[] Words, int[] Starts) shape, int[] counts, (ulong Occupied, ulong Dedicated, ulong Idle) hosts,
        (string, ulong)[] tenants, long[] exits)
    {
        (keys, words, starts) = shape;
        (this.counts, this.tenants, this.exits) = (counts, tenants, exits);
        (Occupied, Dedicated, Idle) = hosts;
    }

    /// <summary>The hosts with any VM.</summary>
    internal ulong Occupied { get; }

    /// <summary>The hosts that a project has to itself.</summary>
    internal ulong Dedicated { get; }

    /// <summary>The hosts with nothing on them, of which nothing is promised either.</summary>
    internal ulong Idle { get; }

    internal static ChunkOccupants Of(ReadOnlySpan<HostSnapshot> hosts)
    {
        var heads = new List<(Guid Key, int Row, int Vms)>();
        var tenants = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        var (occupied, dedicated, idle) = (0UL, 0UL, 0UL);
        for (var row = 0; row < hosts.Length; row++)
        {
            var (there, bit) = (hosts[row].Occupancy, 1UL << row);
            if (hosts[row].IsIdle) { idle |= bit; }
            if (there.Vms == 0) { continue; }
            occupied |= bit;
            foreach (var count in there.Pools) { heads.Add((count.Of, row, count.Vms)); }
            foreach (var count in there.Groups) { heads.Add((count.Of, row, count.Vms)); }
            if (there.DedicatedTo is not { } project) { continue; }
            dedicated |= bit;
            // A host with somebody else's VMs on it besides is nobody's alone.
            if (there.DedicatedVms == there.Vms) { tenants[project] = tenants.GetValueOrDefault(project) | bit; }
        }
        heads.Sort();
        return Packed(heads, (occupied, dedicated, idle), [.. tenants.Select(pair => (pair.Key, pair.Value))], Exits(hosts));
    }

    /// <summary>This with other counts of the same groups and pools on the host in a row; null when more than counts differs.</summary>
    internal ChunkOccupants? TryWith(int row, HostSnapshot before, HostSnapshot after)
    {
        var (was, now) = (before.Occupancy, after.Occupancy);
        if (was.Vms == 0 || now.Vms == 0 || was.DedicatedVms > 0 || now.DedicatedVms > 0) { return null; }
        if (!SameKeys(was.Pools, now.Pools) || !SameKeys(was.Groups, now.Groups)) { return null; }
        int[] recounted = [.. counts];
        Recount(recounted, row, now.Pools);
        Recount(recounted, row, now.Groups);
        long[] leaving = [.. exits];
        leaving[row] = ExitOf(after);
        return new((keys, words, starts), recounted, (Occupied, Dedicated, Idle), tenants, leaving);
    }

    /// <summary>
    /// The second, since 1970, in which the host of a row is expected to be empty: zero when it is now, the largest number when nobody
    /// knows of any of what is on it.
    /// </summary>
    internal long ExitOf(int row) => exits[row];

    /// <summary>The hosts with a VM of a group or a pool.</summary>
    internal ulong Of(Guid groupOrPool) => keys.AsSpan().BinarySearch(groupOrPool) is >= 0 and var at ? words[at] : 0;

    /// <summary>How many VMs of it are on the hosts of a mask together.</summary>
    internal int Count(Guid groupOrPool, ulong mask)
    {
        if (keys.AsSpan().BinarySearch(groupOrPool) is not (>= 0 and var at)) { return 0; }
        var sum = 0;
        for (var there = words[at] & mask; there != 0; there &= there - 1)
        {
            var below = (there & (~there + 1)) - 1;
            sum += counts[starts[at] + BitOperations.PopCount(words[at] & below)];
        }
        return sum;
    }

    private void Recount(int[] recounted, int row, IReadOnlyList<Headcount> heads)
    {
        for (var i = 0; i < heads.Count; i++)
        {
            var at = keys.AsSpan().BinarySearch(heads[i].Of);
            recounted[starts[at] + BitOperations.PopCount(words[at] & ((1UL << row) - 1))] = heads[i].Vms;
        }
    }

    private static bool SameKeys(IReadOnlyList<Headcount> was, IReadOnlyList<Headcount> now)
    {
        if (was.Count != now.Count) { return false; }
        for (var i = 0; i < was.Count; i++)
        {
            if (was[i].Of != now[i].Of) { return false; }
        }
        return true;
    }

    /// <summary>The hosts that a project has to itself.</summary>
    internal ulong DedicatedTo(string project)
    {
        for (var i = 0; i < tenants.Length; i++)
        {
            if (tenants[i].Project == project) { return tenants[i].Hosts; }
        }
        return 0;
    }

    private static ChunkOccupants Packed(
        List<(Guid Key, int Row, int Vms)> heads, (ulong, ulong, ulong) hosts, (string, ulong)[] tenants, long[] exits)
    {
        var (keys, words, starts) = (new List<Guid>(), new List<ulong>(), new List<int>());
        for (var i = 0; i < heads.Count; i++)
        {
            if (keys.Count == 0 || keys[^1] != heads[i].Key)
            {
                keys.Add(heads[i].Key);
                words.Add(0);
                starts.Add(i);
            }
            words[^1] |= 1UL << heads[i].Row;
        }
        return new(([.. keys], [.. words], [.. starts]), [.. heads.Select(head => head.Vms)], hosts, tenants, exits);
    }

    // Room that no VM has is taken for good.
    private static long[] Exits(ReadOnlySpan<HostSnapshot> hosts)
    {
        var exits = new long[hosts.Length];
        for (var row = 0; row < hosts.Length; row++) { exits[row] = ExitOf(hosts[row]); }
        return exits;
    }

    private static long ExitOf(HostSnapshot host) => host.IsIdle ? 0
        : host.Occupancy.LastEnd()?.ToUnixTimeSeconds() ?? long.MaxValue;
}
