using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Allocations;

/// <summary>Amounts taken from one host and one chain of pools by one owner. A VM's and a reservation's go only with these.</summary>
public sealed class Allocation
{
    private Allocation() { }

    /// <summary>An allocation that the ledger has taken.</summary>
    public Allocation(
        AllocationId id, string project, PoolId pool, HostId host, EngineKind? engine, string owner, VmId? vm,
        ResourceVector resources, DateTimeOffset now, NumaSeat? seat = null)
    {
        Seat = seat;
        (Id, Project, Pool, Host, Engine, Owner, Vm) = (id, project, pool, host, engine, owner, vm);
        (CreateTime, UpdateTime) = (now, now);
        Resources = resources;
    }

    /// <summary>Server-made id.</summary>
    public AllocationId Id { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Project { get; private set; } = "";

    /// <summary>The pool charged first; its parents are charged as well.</summary>
    public PoolId Pool { get; private set; }

    /// <summary>The host taken from.</summary>
    public HostId Host { get; private set; }

    /// <summary>The engine taken from, or null when it is not for a VM and names none.</summary>
    public EngineKind? Engine { get; private set; }

    /// <summary>Who holds it, as a word of the caller's, <c>vms/vm_…</c> or <c>reservations/rsv_…</c>.</summary>
    public string Owner { get; private set; } = "";

    /// <summary>The VM whose claim it is, or null.</summary>
    public VmId? Vm { get; private set; }

    /// <summary>Its NUMA nodes and whether it has cores of its own; null when it asked for neither.</summary>
    public NumaSeat? Seat { get; private set; }

    /// <summary>The reservation that it is a slot of, or null.</summary>
    public ReservationId? Reservation { get; private set; }

    /// <summary>Whether it is the room of a VM that is on its way here: the host is charged, the pools are not, a second time.</summary>
    public bool ForMove { get; private set; }

    /// <summary>What is held.</summary>
    public ResourceVector Resources { get; private set; } = ResourceVector.Empty;

    /// <summary>Grows with every change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When it was taken.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>It becomes the claim of a VM.</summary>
    public void PassTo(VmId vm) => (Owner, Vm, Reservation) = ($"vms/{vm}", vm, null);

    /// <summary>It becomes a slot of a reservation.</summary>
    public void PassTo(ReservationId reservation) =>
        (Owner, Vm, Reservation) = (Reservations.Reservation.OwnerOf(reservation), null, reservation);

    /// <summary>It is the room of a VM that is on its way to its host.</summary>
    public Allocation AwaitingMove()
    {
        ForMove = true;
        return this;
    }

    /// <summary>The VM has come: it is its claim.</summary>
    public void EndMove() => ForMove = false;

    internal void Set(ResourceVector resources) => Resources = resources;
}
