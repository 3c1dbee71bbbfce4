using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>What is looked for.</summary>
public sealed record Demand
{
    /// <summary>How much.</summary>
    public required ResourceVector Resources { get; init; }

    /// <summary>Which engine; null for room that is not a VM's.</summary>
    public EngineChoice? Engine { get; init; }

    /// <summary>How hosts are ranked.</summary>
    public PlacementAlgorithm Algorithm { get; init; } = PlacementAlgorithm.Balanced;

    /// <summary>The zone, or null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>Labels that the host must carry.</summary>
    public IReadOnlyDictionary<string, string> HostLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Traits that the host must have.</summary>
    public IReadOnlyList<string> RequiredTraits { get; init; } = [];

    /// <summary>Traits that the host must not have.</summary>
    public IReadOnlyList<string> ForbiddenTraits { get; init; } = [];

    /// <summary>The pools' selectors, innermost first.</summary>
    public IReadOnlyList<HostSelector> Selectors { get; init; } = [];

    /// <summary>True when there is no image to boot: only simulated hosts will do.</summary>
    public bool WithoutImage { get; init; }

    /// <summary>True when there is an image to boot and the fleet has hosts that can: simulated ones will not do.</summary>
    public bool RealHostOnly { get; init; }

    /// <summary>What is asked of cores and NUMA nodes.</summary>
    public NumaTerms Numa { get; init; }

    /// <summary>The instruction set that the guest is made for, or null for any.</summary>
    public CpuArchitecture? Architecture { get; init; }

    /// <summary>What the guest boots by, or null for whatever there is.</summary>
    public Firmware? Firmware { get; init; }

    /// <summary>The CPU's model, for a guest that has seen all of it; null for any.</summary>
    public string? CpuModel { get; init; }

    /// <summary>Features that the CPU must have: asked for by an owner, or seen by a guest on the host that it leaves.</summary>
    public IReadOnlyList<string> CpuFeatures { get; init; } = [];

    /// <summary>The reservation whose slot on <see cref="Host"/> it takes, or null.</summary>
    public ReservationId? Reservation { get; init; }

    /// <summary>What that slot holds for it already: not asked of the host again.</summary>
    public ResourceVector Reserved { get; init; } = ResourceVector.Empty;

    /// <summary>How long it is expected to be there, in seconds; null when nobody said.</summary>
    public long? ExpectedLifetimeSeconds { get; init; }

    /// <summary>When it is decided; needed with an expected lifetime, which begins then.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The one host to take, or null to choose.</summary>
    public HostId? Host { get; init; }

    /// <summary>The VM that it is for, when that is on a host already and leaves it; else null.</summary>
    public LeavingVm? Leaving { get; init; }

    /// <summary>The machine that it must find, for a guest that runs on; null for any.</summary>
    public GuestMachine? Machine { get; init; }

    /// <summary>The storage that its disk is on, and that the host must share; null where there is none yet, or it can be copied.</summary>
    public string? SharedDisks { get; init; }

    /// <summary>The rule of the group it is in, or null.</summary>
    public GroupRule? Group { get; init; }

    /// <summary>How it is spread, or null.</summary>
    public SpreadRule? Spread { get; init; }

    /// <summary>Whose VM it is; null for room that is not a VM's, which is beside anybody.</summary>
    public Tenancy? Tenancy { get; init; }
}
