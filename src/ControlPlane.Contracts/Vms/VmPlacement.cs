using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>Where a VM wants to be.</summary>
public sealed record VmPlacement
{
    /// <summary>
    /// How hosts are ranked. When left out: LIFETIME_AWARE if <c>expectedLifetimeSeconds</c> is given, else the pool’s default.
    /// BALANCED packs, and keeps the free shape of hosts usable: no memory left without CPU, nor the reverse.
    /// </summary>
    [AllowedValues(null, "FIRST_FIT", "BEST_FIT", "WORST_FIT", "BALANCED", "LIFETIME_AWARE", "RANDOM")]
    public string? Algorithm { get; init; }

    /// <summary>
    /// How long the VM is expected to be there, in seconds from its creation, at most ten years (315360000); null when nobody knows. Only
    /// an expectation: nothing is stopped when it has passed. VMs that end together then sit together, so that hosts empty.
    /// </summary>
    public long? ExpectedLifetimeSeconds { get; init; }

    /// <summary>The zone, or null for any.</summary>
    public string? Zone { get; init; }

    /// <summary>Labels the host must carry.</summary>
    public IReadOnlyDictionary<string, string> HostLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Traits the host must have.</summary>
    public IReadOnlyList<string> RequiredTraits { get; init; } = [];

    /// <summary>Traits the host must not have.</summary>
    public IReadOnlyList<string> ForbiddenTraits { get; init; } = [];

    /// <summary>What it asks of NUMA nodes; null: it does not matter, its vCPUs float over the host.</summary>
    public VmNuma? Numa { get; init; }

    /// <summary>Features that the host's CPU must have, such as <c>avx2</c>; at most 64.</summary>
    public IReadOnlyList<string> CpuFeatures { get; init; } = [];

    /// <summary>The affinity group it joins (id or name), or null.</summary>
    public string? AffinityGroup { get; init; }

    /// <summary>How it is spread over failure domains, or null.</summary>
    public VmSpread? Spread { get; init; }

    /// <summary>
    /// How much its place matters: 0 to 1000. Where there is no room, and its pool allows preemption, preemptible VMs of a lower priority
    /// are stopped for it; at 0 none are.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>
    /// A reservation (id or name) whose slot the VM takes: the room that is held for it on one host. A VM that needs less gives the rest
    /// back. Null: room that is free.
    /// </summary>
    public string? Reservation { get; init; }

    /// <summary>
    /// What when there is no room now. FAIL: refuse at once. QUEUE: the operation waits for its turn and for room; what could never fit is
    /// refused all the same.
    /// </summary>
    [AllowedValues("FAIL", "QUEUE")]
    public string OnNoCapacity { get; init; } = "FAIL";

    /// <summary>With QUEUE, how long to wait before the operation fails: 1 to 604800, 3600 when left out.</summary>
    public int? QueueDeadlineSeconds { get; init; }
}
