using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>Makes the moves of a plan.</summary>
public sealed record ExecuteRebalancePlan
{
    /// <summary>
    /// What a move that cannot be made as planned any more, or that has failed, does to the others. STOP: those under way end, and no
    /// other begins. SKIP: it is left out.
    /// </summary>
    [AllowedValues("STOP", "SKIP")]
    public string OnStale { get; init; } = "STOP";

    /// <summary>Moves at work at once: 1 to 16. They begin in the plan's order.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>How what runs is moved; what is off goes COLD.</summary>
    [AllowedValues("COLD", "PRE_COPY", "POST_COPY", "HYBRID")]
    public string Algorithm { get; init; } = "PRE_COPY";

    /// <summary>Seconds after which moves under way are cancelled and no other begins: 1 to 604,800.</summary>
    public int DeadlineSeconds { get; init; } = 3_600;

    /// <summary>Whether memory and disks go encrypted, by the hosts' own certificates.</summary>
    public bool Tls { get; init; } = true;
}
