using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>A VM on a host that is emptied.</summary>
public sealed record OperationDrainVm
{
    /// <summary>Its id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What becomes of it.</summary>
    [AllowedValues("LIVE", "COLD", "STOP", "REFUSE")]
    public required string Policy { get; init; }

    /// <summary>Where it could go when the operation was accepted; null for one that stays or cannot.</summary>
    public required string? Target { get; init; }

    /// <summary>WAITING, MOVING, DONE, LEFT (it is still there).</summary>
    [AllowedValues("WAITING", "MOVING", "DONE", "LEFT")]
    public required string State { get; init; }

    /// <summary>The operation that moves or stops it, the newest; null before.</summary>
    public required string? Operation { get; init; }

    /// <summary>Why it waits, or stays; null when nothing is in its way.</summary>
    public required string? Detail { get; init; }
}
