namespace ControlPlane.Core.Scheduling;

/// <summary>
/// Who is on a host, counted: what rules about who is where ask. Immutable; it follows the VMs' rows as they come, change and go.
/// </summary>
public sealed record HostOccupancy
{
    /// <summary>Nobody.</summary>
    public static readonly HostOccupancy None = new();

    /// <summary>How many VMs there are.</summary>
    public int Vms { get; init; }

    /// <summary>How many of each pool, by id.</summary>
    public IReadOnlyList<Headcount> Pools { get; init; } = [];

    /// <summary>How many of each affinity group, by id.</summary>
    public IReadOnlyList<Headcount> Groups { get; init; } = [];

    /// <summary>The project that has the host to itself, or null.</summary>
    public string? DedicatedTo { get; init; }

    /// <summary>How many of the VMs want the host to be that project's alone.</summary>
    public int DedicatedVms { get; init; }

    /// <summary>When VMs are expected to end, of those of which that is said, by time.</summary>
    public IReadOnlyList<ExpectedEnd> Ends { get; init; } = [];

    /// <summary>When the last VM is expected to end; null when of any of them nothing is said, or there is none.</summary>
    public DateTimeOffset? LastEnd()
    {
        var told = 0;
        for (var i = 0; i < Ends.Count; i++) { told += Ends[i].Vms; }
        return Vms > 0 && told == Vms ? Ends[^1].Time : null;
    }

    /// <summary>Counts them.</summary>
    public static HostOccupancy Of(IEnumerable<Occupant> occupants) =>
        occupants.Aggregate(None, (counted, occupant) => counted.Plus(occupant));

    /// <summary>This with one more.</summary>
    public HostOccupancy Plus(Occupant occupant) => Counted(occupant, 1);

    /// <summary>This with one less, who is there.</summary>
    public HostOccupancy Minus(Occupant occupant) => Counted(occupant, -1);

    /// <summary>How many VMs of a group or a pool there are.</summary>
    public int CountOf(Guid groupOrPool) => In(Groups, groupOrPool) is > 0 and var vms ? vms : In(Pools, groupOrPool);

    private HostOccupancy Counted(Occupant occupant, int change)
    {
        Invariant.Check(Vms + change >= 0, "a host with less than no VMs");
        if (Vms + change == 0) { return None; }
        var dedicated = DedicatedVms + (occupant.DedicatedTo is null ? 0 : change);
        return new()
        {
            Vms = Vms + change,
            Pools = Counted(Pools, occupant.Pool.Value, change),
            Groups = occupant.Group is { } group ? Counted(Groups, group.Value, change) : Groups,
            Ends = occupant.ExpectedEnd is { } end ? Counted(Ends, end, change) : Ends,
            DedicatedVms = dedicated,
            DedicatedTo = dedicated == 0 ? null : DedicatedTo ?? occupant.DedicatedTo,
        };
    }

    private static int In(IReadOnlyList<Headcount> counts, Guid of)
    {
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i].Of == of) { return counts[i].Vms; }
        }
        return 0;
    }

    private static ExpectedEnd[] Counted(IReadOnlyList<ExpectedEnd> ends, DateTimeOffset time, int change)
    {
        var next = ends.Where(end => end.Time == time).Sum(end => end.Vms) + change;
        Invariant.Check(next >= 0, "less than no VMs end at a time");
        var others = ends.Where(end => end.Time != time);
        return [.. (next == 0 ? others : others.Append(new(time, next))).OrderBy(end => end.Time)];
    }

    private static Headcount[] Counted(IReadOnlyList<Headcount> counts, Guid of, int change)
    {
        var next = In(counts, of) + change;
        Invariant.Check(next >= 0, "less than no VMs of a group");
        var others = counts.Where(count => count.Of != of);
        return [.. (next == 0 ? others : others.Append(new(of, next))).OrderBy(count => count.Of)];
    }
}
