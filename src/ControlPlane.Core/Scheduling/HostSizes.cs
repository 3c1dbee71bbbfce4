using System.Runtime.Intrinsics;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// What the hosts of a chunk have themselves, whatever is promised of it, by class in the order of the chunk's columns. Chunks beside
/// each other whose hosts have the same, as those that were bought together, share one. Immutable.
/// </summary>
internal sealed class HostSizes
{
    private const int Rows = FleetChunk.MaxHosts;

    private readonly int[] ids;
    private readonly float[] units;
    private readonly float[] own;

    private HostSizes(int[] ids, float[] units, float[] own)
    {
        (this.ids, this.units, this.own) = (ids, units, own);
        LikeFirst = ulong.MaxValue;
        for (var cell = 0; cell < own.Length; cell++)
        {
            var first = cell - (cell % Rows);
            if (own[cell] != own[first] || units[cell] != units[first]) { LikeFirst &= ~(1UL << cell); }
        }
    }

    /// <summary>The numbers of the classes of the columns.</summary>
    internal ReadOnlySpan<int> Ids => ids;

    /// <summary>The hosts that have as much of everything as the first.</summary>
    internal ulong LikeFirst { get; }

    /// <summary>Those of some hosts; those given where they are the same.</summary>
    internal static HostSizes Of(ReadOnlySpan<HostSnapshot> hosts, ReadOnlySpan<ResourceClass> classes, int[] ids, HostSizes? beside)
    {
        var (units, own) = (new float[classes.Length * Rows], new float[classes.Length * Rows]);
        for (var cell = 0; cell < own.Length; cell++)
        {
            if (cell % Rows < hosts.Length) { (units[cell], own[cell]) = Of(hosts[cell % Rows], classes[cell / Rows]); }
        }
        return Kept(ids, units, own, beside);
    }

    /// <summary>This with the row of one host as it is now; this where that is the same.</summary>
    internal HostSizes With(int row, HostSnapshot host, ReadOnlySpan<ResourceClass> classes)
    {
        float[] changedUnits = [.. units], changedOwn = [.. own];
        for (var column = 0; column < classes.Length; column++)
        {
            var cell = (column * Rows) + row;
            (changedUnits[cell], changedOwn[cell]) = Of(host, classes[column]);
        }
        return Kept(ids, changedUnits, changedOwn, this);
    }

    /// <summary>One of the class as a share of the own capacity of eight hosts from a row on; zero where one has none.</summary>
    internal Vector256<float> Units(int column, int row) => Vector256.LoadUnsafe(ref units[(column * Rows) + row]);

    /// <summary>What eight hosts from a row on have; zero where one has none.</summary>
    internal Vector256<float> Own(int column, int row) => Vector256.LoadUnsafe(ref own[(column * Rows) + row]);

    private static HostSizes Kept(int[] ids, float[] units, float[] own, HostSizes? known)
    {
        var same = known is not null && ids.AsSpan().SequenceEqual(known.ids)
            && own.AsSpan().SequenceEqual(known.own) && units.AsSpan().SequenceEqual(known.units);
        return same ? known! : new(ids, units, own);
    }

    private static (float Unit, float Own) Of(HostSnapshot host, ResourceClass resource) =>
        host.Capacity[resource] is > 0 and var whole ? ((float)(1.0 / whole), whole) : (0, 0);
}
