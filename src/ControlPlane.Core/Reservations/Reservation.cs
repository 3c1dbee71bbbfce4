using ControlPlane.Core.Allocations;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Reservations;

/// <summary>
/// Room held for VMs to come, until a time. Each slot is an allocation in the ledger, so that hosts and pools are charged once; a VM
/// takes a slot by becoming the owner of that allocation, and nobody can come between.
/// </summary>
public sealed class Reservation
{
    /// <summary>The most slots of one reservation.</summary>
    public const int MaxSlots = 1_000;

    private Reservation() { }

    /// <summary>A reservation without a slot yet.</summary>
    public Reservation(
        ReservationId id, string project, ResourceName name, PoolId pool, DateTimeOffset expireTime, DateTimeOffset now) =>
        (Id, Project, Name, Pool, ExpireTime, CreateTime, UpdateTime) = (id, project, name, pool, expireTime, now, now);

    /// <summary>Server-made id.</summary>
    public ReservationId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>Unique in its project among those that are kept.</summary>
    public ResourceName Name { get; private set; }

    /// <summary>The pool charged, for the slots and for the VMs that take them.</summary>
    public PoolId Pool { get; private set; }

    /// <summary>What it is.</summary>
    public ReservationState State { get; private set; }

    /// <summary>Until when it can be consumed.</summary>
    public DateTimeOffset ExpireTime { get; private set; }

    /// <summary>How many slots it has, whatever became of them.</summary>
    public int Count { get; private set; }

    /// <summary>How many are held.</summary>
    public int Held { get; private set; }

    /// <summary>How many VMs have taken.</summary>
    public int Consumed { get; private set; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>The owner of its allocations.</summary>
    public static string OwnerOf(ReservationId id) => $"reservations/{id}";

    /// <summary>Adds room that the ledger has taken for it.</summary>
    public ReservationSlot Add(Allocation held)
    {
        Invariant.Check(Count < MaxSlots, $"reservation {Name} has too many slots");
        (Count, Held) = (Count + 1, Held + 1);
        return new(Id, Count, held);
    }

    /// <summary>Whether creates may take from it: its time is not over, whether or not that was noticed yet.</summary>
    public bool IsOpen(DateTimeOffset now) => State != ReservationState.Expired && now < ExpireTime;

    /// <summary>The held slots that cover a demand: first the one that leaves least over, of equals the lowest number.</summary>
    public static IEnumerable<ReservationSlot> Fitting(IEnumerable<ReservationSlot> slots, ResourceVector demand, NumaTerms terms) => slots
        .Where(slot => slot.Covers(demand, terms))
        .OrderBy(slot => Surplus(slot.Resources, demand)).ThenBy(slot => slot.Number);

    /// <summary>A VM takes a slot: the slot's allocation, which is the size of the VM by now, becomes its claim.</summary>
    public void Consume(ReservationSlot slot, Allocation held, VmId vm)
    {
        Invariant.Check(
            slot.State == ReservationSlotState.Held && slot.Allocation == held.Id, $"slot {slot.Number} of {Name} is not held");
        held.PassTo(vm);
        (slot.State, slot.Vm) = (ReservationSlotState.Consumed, vm);
        (Held, Consumed) = (Held - 1, Consumed + 1);
        if (Consumed == Count) { State = ReservationState.Consumed; }
    }

    /// <summary>A VM that could not be made gives its slot back; its allocation holds again all that the slot held.</summary>
    public void TakeBack(ReservationSlot slot, Allocation held)
    {
        Invariant.Check(
            slot.State == ReservationSlotState.Consumed && slot.Allocation == held.Id, $"slot {slot.Number} of {Name} is not consumed");
        held.PassTo(Id);
        (slot.State, slot.Vm) = (ReservationSlotState.Held, null);
        (Held, Consumed, State) = (Held + 1, Consumed - 1, ReservationState.Active);
    }

    /// <summary>Records that a slot's room was given back.</summary>
    public void Release(ReservationSlot slot)
    {
        Invariant.Check(slot.State == ReservationSlotState.Held, $"slot {slot.Number} of {Name} is not held");
        slot.State = ReservationSlotState.Released;
        Held--;
    }

    /// <summary>Its time is over, and it holds nothing any more.</summary>
    public void Expire()
    {
        Invariant.Check(Held == 0, $"reservation {Name} expires and still holds room");
        State = ReservationState.Expired;
    }

    // Of a few classes with amounts far apart, the share that is left over counts, not the number.
    private static double Surplus(ResourceVector held, ResourceVector demand)
    {
        var sum = 0.0;
        foreach (var (resource, amount) in held) { sum += (amount - demand[resource]) / (double)amount; }
        return sum;
    }
}
