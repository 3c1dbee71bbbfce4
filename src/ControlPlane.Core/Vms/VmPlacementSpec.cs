using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Vms;

/// <summary>Where a VM wants to be.</summary>
public sealed record VmPlacementSpec
{
    /// <summary>How hosts are ranked.</summary>
    public PlacementAlgorithm Algorithm { get; init; } = PlacementAlgorithm.Balanced;

    /// <summary>The zone, or null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>Labels that the host must carry.</summary>
    public IReadOnlyDictionary<string, string> HostLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Traits that the host must have.</summary>
    public IReadOnlyList<string> RequiredTraits { get; init; } = [];

    /// <summary>In how many NUMA nodes, the same share in each; zero when it does not matter.</summary>
    public int NumaNodes { get; init; }

    /// <summary>Features that the host's CPU must have.</summary>
    public IReadOnlyList<string> CpuFeatures { get; init; } = [];

    /// <summary>Traits that the host must not have.</summary>
    public IReadOnlyList<string> ForbiddenTraits { get; init; } = [];

    /// <summary>The affinity group it is in, or null.</summary>
    public AffinityGroupId? AffinityGroup { get; init; }

    /// <summary>How it is spread, or null.</summary>
    public VmSpreadSpec? Spread { get; init; }

    /// <summary>How long it is expected to be there, in seconds from its creation; null when nobody said.</summary>
    public long? ExpectedLifetimeSeconds { get; init; }

    /// <summary>How many seconds it waits for room when there is none; null: it is refused.</summary>
    public int? QueueSeconds { get; init; }

    /// <summary>How much its place matters against others', 0 to 1,000; the higher may make a lower one stop.</summary>
    public int Priority { get; init; }

    /// <summary>The reservation whose slot it takes, or null.</summary>
    public ReservationId? Reservation { get; init; }
}
