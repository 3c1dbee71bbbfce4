using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Reservations;

/// <summary>Holds room for VMs to come: for <c>count</c> of one shape, or for several shapes in <c>items</c>.</summary>
public sealed record CreateReservation
{
    /// <summary>A DNS label, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>The pool charged (id or name), for the room and for the VMs that take it.</summary>
    public string Pool { get; init; } = "default";

    /// <summary>Until when the room is held: in the future, at most 366 days. Null when there is <c>holdSeconds</c>.</summary>
    public DateTimeOffset? ExpireTime { get; init; }

    /// <summary>How long the room is held, instead of <c>expireTime</c>: 1 to 31622400.</summary>
    public int? HoldSeconds { get; init; }

    /// <summary>How many VMs of the shape in <c>spec</c>: 1 to 1000, 1 when left out.</summary>
    public int? Count { get; init; }

    /// <summary>The VM that room is held for, as in a create; null when there are <c>items</c>.</summary>
    public VmSpecDocument? Spec { get; init; }

    /// <summary>Several shapes, instead of <c>spec</c>: at most 100, with at most 1000 VMs in sum.</summary>
    public IReadOnlyList<ReservationItem> Items { get; init; } = [];
}
