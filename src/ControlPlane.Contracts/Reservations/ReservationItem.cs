using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Reservations;

/// <summary>VMs of one shape that room is held for.</summary>
public sealed record ReservationItem
{
    /// <summary>How many: 1 to 1000.</summary>
    public int Count { get; init; } = 1;

    /// <summary>One of them, as in a create.</summary>
    public required VmSpecDocument Spec { get; init; }
}
