using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Vms.Moving;

/// <summary>A VM's way to another host, from the telling of the target until the switch: written by its operation alone.</summary>
public sealed record Migration
{
    /// <summary>Where to.</summary>
    public required HostId Target { get; init; }

    /// <summary>The engine there.</summary>
    public required EngineKind Engine { get; init; }

    /// <summary>Its room there.</summary>
    public required AllocationId Allocation { get; init; }

    /// <summary>Its NUMA nodes and cores there, or null.</summary>
    public NumaSeat? Seat { get; init; }

    /// <summary>The decision that chose the target.</summary>
    public required PlacementId Placement { get; init; }

    /// <summary>How.</summary>
    public required MigrationTerms Terms { get; init; }

    /// <summary>What it will be there; never used again when the move comes to nothing.</summary>
    public required long Incarnation { get; init; }

    /// <summary>The generation by which both hosts were told last: words about another are past.</summary>
    public required long Generation { get; init; }

    /// <summary>What it was before, and is to be after.</summary>
    public required Power Power { get; init; }

    /// <summary>Whether both hosts have its disk.</summary>
    public bool SharedDisk { get; init; }

    /// <summary>The machine that its running guest sees; null for one that is off.</summary>
    public GuestMachineWords? Machine { get; init; }

    /// <summary>Where the target listens; null until it does.</summary>
    public MigrationReadiness? Ready { get; init; }
}
