using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// What is free on every host of a fleet, of the classes in question, to be taken from: the host's own amounts and what each engine
/// bounds them to. Takes many of a shape at once.
/// </summary>
internal sealed class FitRoom
{
    private const long Unbounded = long.MaxValue;

    private readonly ResourceClass[] classes;
    private readonly long[] own;
    private readonly long[] hardware;
    private readonly long[] software;

    private FitRoom(ResourceClass[] classes, long[] own, long[] hardware, long[] software) =>
        (this.classes, this.own, this.hardware, this.software) = (classes, own, hardware, software);

    /// <summary>The room of a fleet.</summary>
    /// <param name="fleet">The hosts.</param>
    /// <param name="classes">The classes in question, none twice.</param>
    /// <param name="empty">As it would be with nothing promised, instead of as it is.</param>
    internal static FitRoom Of(FleetSnapshot fleet, ResourceClass[] classes, bool empty)
    {
        var size = fleet.Count * classes.Length;
        var room = new FitRoom(classes, new long[size], new long[size], new long[size]);
        var at = 0;
        foreach (var host in fleet.Hosts)
        {
            foreach (var resource in classes)
            {
                room.own[at] = Bound(host.Capacity[resource], empty ? 0 : host.Used[resource]);
                room.hardware[at] = Bound(host, EngineView.Hardware, resource, empty);
                room.software[at] = Bound(host, EngineView.Software, resource, empty);
                at++;
            }
        }
        return room;
    }

    /// <summary>The same, to be taken from by itself.</summary>
    internal FitRoom Copy() => new(classes, [.. own], [.. hardware], [.. software]);

    /// <summary>Takes as many of the shape as the host holds, at the most so many; how many that was.</summary>
    internal long Take(FitShape shape, int host, long most)
    {
        var ways = shape.Ways[host];
        if (ways == FitWays.None) { return 0; }
        var taken = ways.HasFlag(FitWays.Bare) ? Take(null, shape, host, most) : 0;
        if (ways.HasFlag(FitWays.Hardware)) { taken += Take(hardware, shape, host, most - taken); }
        if (ways.HasFlag(FitWays.Software)) { taken += Take(software, shape, host, most - taken); }
        return taken;
    }

    /// <summary>The class that a host has least of, in units of the shape; of equals the first.</summary>
    internal ResourceClass Scarcest(FitShape shape, int host)
    {
        var (scarcest, least) = (0, double.MaxValue);
        for (var k = 0; k < classes.Length; k++)
        {
            if (shape.Need[k] == 0) { continue; }
            var units = Left(host, k) / (double)shape.Need[k];
            if (units < least) { (scarcest, least) = (k, units); }
        }
        return classes[scarcest];
    }

    /// <summary>What is free of a class on a host, whatever may take it.</summary>
    internal long Left(int host, int k)
    {
        var at = (host * classes.Length) + k;
        if (own[at] != Unbounded) { return own[at]; }
        return (hardware[at] == Unbounded ? 0 : hardware[at]) + (software[at] == Unbounded ? 0 : software[at]);
    }

    private long Take(long[]? engine, FitShape shape, int host, long most)
    {
        var (count, from) = (most, host * classes.Length);
        for (var k = 0; k < classes.Length; k++)
        {
            if (shape.Need[k] == 0) { continue; }
            var room = Math.Min(own[from + k], engine is null ? Unbounded : engine[from + k]);
            // Neither the host nor the engine has any.
            if (room == Unbounded) { return 0; }
            count = Math.Min(count, room / shape.Need[k]);
        }
        if (count <= 0) { return 0; }
        for (var k = 0; k < classes.Length; k++)
        {
            if (own[from + k] != Unbounded) { own[from + k] -= count * shape.Need[k]; }
            if (engine is not null && engine[from + k] != Unbounded) { engine[from + k] -= count * shape.Need[k]; }
        }
        return count;
    }

    private static long Bound(long capacity, long used) => capacity == 0 ? Unbounded : capacity - used;

    private static long Bound(HostSnapshot host, EngineView view, ResourceClass resource, bool empty)
    {
        if (EngineViews.EngineOf(host, view) is not { } engine) { return Unbounded; }
        for (var i = 0; i < engine.Barred.Count; i++)
        {
            if (engine.Barred[i] == resource) { return 0; }
        }
        return Bound(engine.Capacity[resource], empty ? 0 : engine.Used[resource]);
    }
}
