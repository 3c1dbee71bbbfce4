using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>A VM of a lost host.</summary>
public sealed record OperationRecoveryVm
{
    /// <summary>Its id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The higher come first.</summary>
    public required int Priority { get; init; }

    /// <summary>What was decided of it last.</summary>
    [AllowedValues("NOT_LOST", "NOT_PROVEN_ENDED", "DISKS_LOST", "WAITS_FOR_BRAKE", "STARTS_ELSEWHERE")]
    public required string Verdict { get; init; }

    /// <summary>WAITING, STARTING, DONE, LEFT (nobody knows what it is), FAILED (no host could take it, or it did not start).</summary>
    [AllowedValues("WAITING", "STARTING", "DONE", "LEFT", "FAILED")]
    public required string State { get; init; }

    /// <summary>The operation that starts it elsewhere; null before.</summary>
    public required string? Operation { get; init; }

    /// <summary>Why it waits, is left or has failed; null when nothing is in its way.</summary>
    public required string? Detail { get; init; }
}
