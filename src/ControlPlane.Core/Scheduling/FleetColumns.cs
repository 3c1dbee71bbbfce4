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
    private readonly int[] ids;
    private readonly int[] planes;
    private readonly long[] free;
    private readonly (long Least, long Most)[] bounds;
    private readonly long[] capacity;
    private readonly float[] used;
    private readonly float[] units;
    private readonly float[] own;

    private FleetColumns(
        (ResourceClass[] Classes, int[] Ids, int[] Planes) shape, long[] free, long[] capacity, float[] used, float[] units, float[] own)
    {
        (classes, ids, planes) = shape;
        (this.free, this.capacity, this.used, this.units, this.own) = (free, capacity, used, units, own);
        bounds = new (long, long)[free.Length / Rows];
    }

    /// <summary>The hosts that have as much of everything as the first, whatever is promised of it.</summary>
    internal ulong LikeFirst { get; private set; }

    internal static FleetColumns Of(ReadOnlySpan<HostSnapshot> hosts, FleetTerms terms)
    {
        var classes = new SortedSet<ResourceClass>();
        foreach (var host in hosts) { classes.UnionWith(FleetTerms.ClassesOf(host)); }
        var whole = new FleetColumns(
            ([.. classes], [.. classes.Select(terms.IdOf)], [.. Enumerable.Range(0, classes.Count * Views)]),
            new long[classes.Count * Views * Rows], new long[classes.Count * Views * Rows],
            new float[classes.Count * Rows], new float[classes.Count * Rows], new float[classes.Count * Rows]);
        for (var row = 0; row < hosts.Length; row++) { whole.Fill(row, hosts[row]); }
        return whole.Folded();
    }

    /// <summary>Where a class stands here, or -1 when no host has any.</summary>
    internal int IndexOf(int id) => ids.AsSpan().IndexOf(id);

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
    internal Vector256<float> Used(int column, int row) => Eight(used, column, row);

    /// <summary>One of the class as a share of each one's own capacity; zero where it has none.</summary>
    internal Vector256<float> Units(int column, int row) => Eight(units, column, row);

    /// <summary>What each one has itself; zero where it has none.</summary>
    internal Vector256<float> Own(int column, int row) => Eight(own, column, row);

    /// <summary>How many classes there are here.</summary>
    internal int Count => ids.Length;

    /// <summary>The number of the class of a column.</summary>
    internal int IdOf(int column) => ids[column];

    /// <summary>This with the row of one host as it is now; null when the host does not fit the shape of this any more.</summary>
    internal FleetColumns? TryWith(int row, HostSnapshot host)
    {
        foreach (var resource in FleetTerms.ClassesOf(host))
        {
            if (!classes.Contains(resource)) { return null; }
        }
        var changed = new FleetColumns((classes, ids, planes), [.. free], [.. capacity], [.. used], [.. units], [.. own]);
        if (!changed.Fill(row, host)) { return null; }
        changed.LikeFirst = changed.SameAsFirst();
        return changed.Bounded();
    }

    /// <summary>The same where only what is promised of the host is another.</summary>
    internal FleetColumns? TryWithUse(int row, HostSnapshot host)
    {
        var changed = new FleetColumns((classes, ids, planes), [.. free], capacity, [.. used], units, own) { LikeFirst = LikeFirst };
        return changed.FillUse(row, host) ? changed.Bounded() : null;
    }

    // Only while it is being made. False when views that share a plane differ on this host.
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
                fits &= view == 0 || planes[column * Views] != planes[(column * Views) + view] || free[at] == left;
                free[at] = left;
            }
            var whole = host.Capacity[resource];
            used[(column * Rows) + row] = (float)(host.Used[resource] * (whole > 0 ? 1.0 / whole : 0.0));
        }
        return fits;
    }

    // Only while it is being made. False when views that share a plane differ on this host.
    private bool Fill(int row, HostSnapshot host)
    {
        var fits = true;
        for (var column = 0; column < classes.Length; column++)
        {
            var resource = classes[column];
            for (var view = 0; view < Views; view++)
            {
                var engine = EngineViews.EngineOf(host, (EngineView)view);
                var at = Plane(column, (EngineView)view) + row;
                var (left, there) = (HostChecks.FreeOf(host, engine, resource), HostChecks.CapacityOf(host, engine, resource));
                var shared = view > 0 && planes[column * Views] == planes[(column * Views) + view];
                fits &= !shared || (free[at] == left && capacity[at] == there);
                (free[at], capacity[at]) = (left, there);
            }
            var whole = host.Capacity[resource];
            var (unit, cell) = (whole > 0 ? 1.0 / whole : 0.0, (column * Rows) + row);
            (used[cell], units[cell], own[cell]) = ((float)(host.Used[resource] * unit), (float)unit, whole);
        }
        return fits;
    }

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
        var shape = (classes, ids, folded);
        return new FleetColumns(shape, Gather(free, kept), Gather(capacity, kept), used, units, own) { LikeFirst = SameAsFirst() }.Bounded();
    }

    // What the host with the least and the one with the most has free spares a look at each: most chunks are of idle or of full hosts.
    private FleetColumns Bounded()
    {
        for (var plane = 0; plane < bounds.Length; plane++)
        {
            var (least, most) = (Vector256.Create(long.MaxValue), Vector256.Create(long.MinValue));
            for (var row = 0; row < Rows; row += Vector256<long>.Count)
            {
                var four = Vector256.LoadUnsafe(ref free[(plane * Rows) + row]);
                (least, most) = (Vector256.Min(least, four), Vector256.Max(most, four));
            }
            bounds[plane] = (long.MaxValue, long.MinValue);
            for (var i = 0; i < Vector256<long>.Count; i++)
            {
                bounds[plane] = (Math.Min(bounds[plane].Least, least[i]), Math.Max(bounds[plane].Most, most[i]));
            }
        }
        return this;
    }

    private ulong SameAsFirst()
    {
        var same = ulong.MaxValue;
        for (var cell = 0; cell < own.Length; cell++)
        {
            var first = cell - (cell % Rows);
            if (own[cell] != own[first] || units[cell] != units[first]) { same &= ~(1UL << cell); }
        }
        return same;
    }

    private static bool Same(long[] amounts, int plane, int other) =>
        amounts.AsSpan(plane * Rows, Rows).SequenceEqual(amounts.AsSpan(other * Rows, Rows));

    private static long[] Gather(long[] amounts, List<int> kept)
    {
        var gathered = new long[kept.Count * Rows];
        for (var i = 0; i < kept.Count; i++) { amounts.AsSpan(kept[i] * Rows, Rows).CopyTo(gathered.AsSpan(i * Rows)); }
        return gathered;
    }

    private static Vector256<float> Eight(float[] shares, int column, int row) =>
        Vector256.LoadUnsafe(ref shares[(column * Rows) + row]);

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
