using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Placements;

/// <summary>Whom to stop on one host so that there is room.</summary>
public sealed record PlacementPreemption
{
    /// <summary>PLANNED: a create does it. NOT_ALLOWED: it would make room, and pools do not allow it.</summary>
    [AllowedValues("PLANNED", "NOT_ALLOWED")]
    public required string State { get; init; }

    /// <summary>The host.</summary>
    public required string Host { get; init; }

    /// <summary>The engine on which the room is taken.</summary>
    [AllowedValues("HARDWARE", "SOFTWARE")]
    public required string Engine { get; init; }

    /// <summary>The priority for which it is done; each of the VMs has a lower one.</summary>
    public required int Priority { get; init; }

    /// <summary>The VMs to stop, by priority; none of them is superfluous.</summary>
    public required IReadOnlyList<PreemptionVictim> Vms { get; init; }

    /// <summary>Names of pools that would have to allow it first (<c>policies.preemption.allowed</c>); empty when it is planned.</summary>
    public required IReadOnlyList<string> Pools { get; init; }

    /// <summary>The same as a sentence.</summary>
    public required string Sentence { get; init; }
}
