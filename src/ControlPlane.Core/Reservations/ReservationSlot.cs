using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Reservations;

/// <summary>Room for one VM on one host. While it is held, an allocation holds it; once consumed, that is the VM's claim.</summary>
public sealed class ReservationSlot
{
    private ReservationSlot() { }

    internal ReservationSlot(ReservationId reservation, int number, Allocation held)
    {
        (Reservation, Number, Allocation, Host, Engine) = (reservation, number, held.Id, held.Host, held.Engine!.Value);
        (Resources, Seat) = (held.Resources, held.Seat);
    }

    /// <summary>Of which reservation.</summary>
    public ReservationId Reservation { get; private set; }

    /// <summary>Its place in it, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>What holds the room.</summary>
    public AllocationId Allocation { get; private set; }

    /// <summary>Where.</summary>
    public HostId Host { get; private set; }

    /// <summary>On which engine.</summary>
    public EngineKind Engine { get; private set; }

    /// <summary>How much it held from the beginning; a VM may take less of it.</summary>
    public ResourceVector Resources { get; private set; } = ResourceVector.Empty;

    /// <summary>Its NUMA nodes and whether it has cores of its own; null when neither was asked for.</summary>
    public NumaSeat? Seat { get; private set; }

    /// <summary>What became of it.</summary>
    public ReservationSlotState State { get; internal set; }

    /// <summary>The VM that took it, or null.</summary>
    public VmId? Vm { get; internal set; }

    /// <summary>Whether a VM that needs so much, seated so, can take it: it may leave some over, and never sits otherwise.</summary>
    internal bool Covers(ResourceVector demand, NumaTerms terms) =>
        State == ReservationSlotState.Held && Resources.Covers(demand) && Seats(terms);

    // What floats on cores of somebody's own, or the reverse, would be counted where it is not.
    private bool Seats(NumaTerms terms) => Seat is { } seat
        ? terms != default && seat.Pinned == terms.Pinned && (terms.Nodes == 0 || seat.Nodes.Count == 0 || seat.Nodes.Count == terms.Nodes)
        : terms == default;
}
