using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Placements;

/// <summary>A decision, with every check and score.</summary>
public sealed record PlacementResource
{
    /// <summary>Server-made; null where nothing was written.</summary>
    public required string? Id { get; init; }

    /// <summary>What was placed, such as <c>vms/vm_…</c>; null where nothing was written.</summary>
    public required string? Target { get; init; }

    /// <summary>How hosts were ranked.</summary>
    [AllowedValues("FIRST_FIT", "BEST_FIT", "WORST_FIT", "BALANCED", "LIFETIME_AWARE", "RANDOM")]
    public required string Algorithm { get; init; }

    /// <summary>What was looked for, by class.</summary>
    public required IReadOnlyDictionary<string, long> Demand { get; init; }

    /// <summary>The reservation whose slot was taken, or null. Its room was held on the host already, and is none of the checks.</summary>
    public required string? Reservation { get; init; }

    /// <summary>The host chosen, or null.</summary>
    public required string? Chosen { get; init; }

    /// <summary>The host that comes next, or null.</summary>
    public required string? RunnerUp { get; init; }

    /// <summary>The host that comes nearest and what it lacks, where none fits: the smallest change that would help.</summary>
    public required NearestHost? Nearest { get; init; }

    /// <summary>
    /// Whom to stop so that there is room, where no host has it and something of a higher priority looks for it; else null. Where it is
    /// planned, <c>chosen</c> is its host once a create has taken it.
    /// </summary>
    public required PlacementPreemption? Preemption { get; init; }

    /// <summary>The engine chosen, or null.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public required string? Engine { get; init; }

    /// <summary>How many hosts were looked at.</summary>
    public required int Considered { get; init; }

    /// <summary>How many hosts each check refused first.</summary>
    public required IReadOnlyDictionary<string, int> Refusals { get; init; }

    /// <summary>
    /// Every host; in a refusal, of more than 100 the 100 that come nearest. <c>considered</c> and <c>refusals</c> count all of them.
    /// </summary>
    public required IReadOnlyList<PlacementHost> Hosts { get; init; }

    /// <summary>Microseconds the decision took.</summary>
    public required long DecisionMicroseconds { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }
}
