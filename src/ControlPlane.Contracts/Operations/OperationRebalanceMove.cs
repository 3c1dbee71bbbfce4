using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>A move of a plan that is executed.</summary>
public sealed record OperationRebalanceMove
{
    /// <summary>The VM's id.</summary>
    public required string Vm { get; init; }

    /// <summary>Its name when the execution was accepted; null when it was gone.</summary>
    public required string? Name { get; init; }

    /// <summary>The host that it leaves.</summary>
    public required string Source { get; init; }

    /// <summary>The host that it goes to.</summary>
    public required string Target { get; init; }

    /// <summary>WAITING, MOVING, DONE (the VM is there), LEFT (it was given up).</summary>
    [AllowedValues("WAITING", "MOVING", "DONE", "LEFT")]
    public required string State { get; init; }

    /// <summary>The operation that moves it, the newest; null before.</summary>
    public required string? Operation { get; init; }

    /// <summary>Why it waits, or was given up; null when nothing is in its way.</summary>
    public required string? Detail { get; init; }
}
