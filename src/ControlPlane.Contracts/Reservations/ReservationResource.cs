using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Reservations;

/// <summary>Room held for VMs to come.</summary>
public sealed record ReservationResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>The pool charged.</summary>
    public required string Pool { get; init; }

    /// <summary>ACTIVE holds room; CONSUMED: VMs took every slot; EXPIRED: its time is over, what was left was given back.</summary>
    [AllowedValues("ACTIVE", "CONSUMED", "EXPIRED")]
    public required string State { get; init; }

    /// <summary>Until when it can be consumed.</summary>
    public required DateTimeOffset ExpireTime { get; init; }

    /// <summary>How many slots it has; each is for one VM.</summary>
    public required int Count { get; init; }

    /// <summary>How many are held.</summary>
    public required int Held { get; init; }

    /// <summary>How many VMs have taken.</summary>
    public required int Consumed { get; init; }

    /// <summary>Every slot; null in lists.</summary>
    public required IReadOnlyList<ReservationSlotResource>? Slots { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
