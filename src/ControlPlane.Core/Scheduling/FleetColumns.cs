using System.Runtime.Intrinsics;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The amounts of a chunk's hosts: for each class that any of them has, what is free and what there is without an engine and by way of
/// each engine, which may bound the class further, and the shares of the host's own capacity that serve the scores. Views that are the
/// same, as they mostly are, share one plane. Immutable.
/// </summary>
internal sealed class FleetColumns
{
    private const int Rows = FleetChunk.MaxHosts;
    private const int Views = 3;

    private readonly ResourceClass[] classes;
    private readonly int[] planes;
    private readonly long[] free;
    private readonly (long Least, long Most)[] bounds;
    private readonly long[] capacity;
    private readonly float[] used;

    private FleetColumns((ResourceClass[] Classes, int[] Planes) shape, HostSizes sizes, long[] free, long[] capacity, float[] used)
    {
        ((classes, planes), Sizes) = (shape, sizes);
        (this.free, this.capacity, this.used) = (free, capacity, used);
        bounds = new (long, long)[free.Length / Rows];
    }

    /// <summary>What each host has itself.</summary>
    internal HostSizes Sizes { get; }

    internal static FleetColumns Of(ReadOnlySpan<HostSnapshot> hosts, FleetTerms terms, HostSizes? beside)
    {
        var found = new SortedSet<ResourceClass>();
        foreach (var host in hosts) { found.UnionWith(FleetTerms.ClassesOf(host)); }
        ResourceClass[] classes = [.. found];
        var sizes = HostSizes.Of(hosts, classes, [.. classes.Select(terms.IdOf)], beside);
        var (planes, cells) = (Enumerable.Range(0, classes.Length * Views), classes.Length * Views * Rows);
        var whole = new FleetColumns((classes, [.. planes]), sizes, new long[cells], new long[cells], new float[classes.Length * Rows]);
        for (var row = 0; row < hosts.Length; row++) { whole.Fill(row, hosts[row]); }
        return whole.Folded();
    }

    /// <summary>Where a class stands here, or -1 when no host has any.</summary>
    internal int IndexOf(int id) => Sizes.Ids.IndexOf(id);

    /// <summary>The hosts, of those in the mask, that have so much free, one bit each.</summary>
    internal ulong Room(int column, EngineView view, long amount, ulong mask)
    {
        var plane = Plane(column, view);
        var (least, most) = bounds[plane / Rows];
        return amount <= least ? mask : amount > most ? 0 : mask & AtLeast(free, plane, amount);
    }

    /// <summary>The hosts, of those in the mask, that would have so much when empty, one bit each.</summary>
    internal ulong Size(int column, EngineView view, long amount, ulong mask) => mask & AtLeast(capacity, Plane(column, view), amount);

    /// <summary>What each host has free.</summary>
    internal ReadOnlySpan<long> Free(int column, EngineView view) => free.AsSpan(Plane(column, view), Rows);

    /// <summary>What is promised of eight hosts from a row on, as a share of each one's own capacity; zero where it has none.</summary>
    internal Vector256<float> Used(int column, int row) => Vector256.LoadUnsafe(ref used[(column * Rows) + row]);

    /// <summary>This with the row of one host as it is now; null when the host does not fit the shape of this any more.</summary>
    internal FleetColumns? TryWith(int row, HostSnapshot host)
    {
        foreach (var resource in FleetTerms.ClassesOf(host))
        {
            if (!classes.Contains(resource)) { return null; }
        }
        var changed = new FleetColumns((classes, planes), Sizes.With(row, host, classes), [.. free], [.. capacity], [.. used]);
        return changed.Fill(row, host) ? changed.Bounded() : null;
    }

    /// <summary>The same where only what is promised of the host is another.</summary>
    internal FleetColumns? TryWithUse(int row, HostSnapshot host)
    {
        var changed = new FleetColumns((classes, planes), Sizes, [.. free], capacity, [.. used]);
        return changed.FillUse(row, host) ? changed.Bounded() : null;
    }

    // Only while it is being made. False when views that share a plane differ on this host.
    private bool Fill(int row, HostSnapshot host)
    {
        var fits = FillUse(row, host);
        for (var column = 0; column < classes.Length; column++)
        {
            for (var view = 0; view < Views; view++)
            {
                var at = Plane(column, (EngineView)view) + row;
                var there = HostChecks.CapacityOf(host, EngineViews.EngineOf(host, (EngineView)view), classes[column]);
                fits &= !IsShared(column, view) || capacity[at] == there;
                capacity[at] = there;
            }
        }
        return fits;
    }

    private bool FillUse(int row, HostSnapshot host)
    {
        var fits = true;
        for (var column = 0; column < classes.Length; column++)
        {
            var resource = classes[column];
            for (var view = 0; view < Views; view++)
            {
                var at = Plane(column, (EngineView)view) + row;
                var left = HostChecks.FreeOf(host, EngineViews.EngineOf(host, (EngineView)view), resource);
                fits &= !IsShared(column, view) || free[at] == left;
                free[at] = left;
            }
            var whole = host.Capacity[resource];
            used[(column * Rows) + row] = (float)(host.Used[resource] * (whole > 0 ? 1.0 / whole : 0.0));
        }
        return fits;
    }

    private bool IsShared(int column, int view) => view > 0 && planes[column * Views] == planes[(column * Views) + view];

    // Lets an engine's view share the plane of the view without an engine where both are the same for every host.
    private FleetColumns Folded()
    {
        var (folded, kept) = (new int[planes.Length], new List<int>());
        for (var i = 0; i < planes.Length; i++)
        {
            var bare = i - (i % Views);
            if (i != bare && Same(free, i, bare) && Same(capacity, i, bare)) { folded[i] = folded[bare]; continue; }
            folded[i] = kept.Count;
            kept.Add(i);
        }
        return new FleetColumns((classes, folded), Sizes, Gather(free, kept), Gather(capacity, kept), used).Bounded();
    }

    // What the host with the least and the one with the most has free spares a look at each: most chunks are of idle or of full hosts.
    private FleetColumns Bounded()
    {
        for (var plane = 0; plane < bounds.Length; plane++)
        {
            var (least, most) = (long.MaxValue, long.MinValue);
            foreach (var amount in free.AsSpan(plane * Rows, Rows)) { (least, most) = (Math.Min(least, amount), Math.Max(most, amount)); }
            bounds[plane] = (least, most);
        }
        return this;
    }

    private static bool Same(long[] amounts, int plane, int other) =>
        amounts.AsSpan(plane * Rows, Rows).SequenceEqual(amounts.AsSpan(other * Rows, Rows));

    private static long[] Gather(long[] amounts, List<int> kept)
    {
        var gathered = new long[kept.Count * Rows];
        for (var i = 0; i < kept.Count; i++) { amounts.AsSpan(kept[i] * Rows, Rows).CopyTo(gathered.AsSpan(i * Rows)); }
        return gathered;
    }

    private int Plane(int column, EngineView view) => planes[(column * Views) + (int)view] * Rows;

    /// <summary>The rows of a plane that hold so much, one bit each.</summary>
    internal static ulong AtLeast(long[] amounts, int from, long amount)
    {
        var (wanted, bits) = (Vector256.Create(amount), 0UL);
        ref var first = ref amounts[from];
        for (var row = 0; row < Rows; row += Vector256<long>.Count)
        {
            var enough = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)row), wanted);
            bits |= (ulong)enough.ExtractMostSignificantBits() << row;
        }
        return bits;
    }
}
