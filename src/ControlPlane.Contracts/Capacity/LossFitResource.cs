namespace ControlPlane.Contracts.Capacity;

/// <summary>How it would be without some hosts.</summary>
public sealed record LossFitResource
{
    /// <summary>
    /// The hosts lost: those that hold most of the shapes when empty, since their free room is lost, and the room that their VMs need
    /// elsewhere. Each shape counts by its share of what all hosts hold; of equals the older host. Hosts that hold none are not among them.
    /// </summary>
    public required IReadOnlyList<LostHost> Hosts { get; init; }

    /// <summary>As <c>fits</c>, on the other hosts, the VMs of the lost ones not counted.</summary>
    public required long Fits { get; init; }

    /// <summary>Each shape alone, on the other hosts, in the order asked.</summary>
    public required IReadOnlyList<long> Shapes { get; init; }

    /// <summary>How many VMs are on the lost hosts.</summary>
    public required long Vms { get; init; }

    /// <summary>
    /// Whether all of them find room on the others, by their own specs, the largest first. Null when there are VMs among them whose rules
    /// (a group, a spread, a dedicated host, cores and NUMA nodes of their own) are not counted here, and all others do.
    /// </summary>
    public required bool? Evacuable { get; init; }

    /// <summary>How many of them find none.</summary>
    public required long Unplaced { get; init; }

    /// <summary>As <c>fits</c>, when those VMs have taken their room on the others; 0 when not all of them find some.</summary>
    public required long FitsAfterEvacuation { get; init; }
}
