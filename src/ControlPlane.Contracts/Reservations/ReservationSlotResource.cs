using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Reservations;

/// <summary>Room for one VM.</summary>
public sealed record ReservationSlotResource
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>HELD for a VM, CONSUMED by one, or RELEASED without one.</summary>
    [AllowedValues("HELD", "CONSUMED", "RELEASED")]
    public required string State { get; init; }

    /// <summary>Where.</summary>
    public required string Host { get; init; }

    /// <summary>On which engine.</summary>
    [AllowedValues("HARDWARE", "SOFTWARE")]
    public required string Engine { get; init; }

    /// <summary>How much, by class.</summary>
    public required IReadOnlyDictionary<string, long> Resources { get; init; }

    /// <summary>What holds it in the pool; once consumed, the VM’s claim.</summary>
    public required string Allocation { get; init; }

    /// <summary>The VM that took it, or null.</summary>
    public required string? Vm { get; init; }
}
