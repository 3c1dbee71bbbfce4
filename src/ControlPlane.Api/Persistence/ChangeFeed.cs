using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Gives every change of a turn its revision, its event and its version, in the same transaction. Used by the lane alone.
/// </summary>
internal sealed class ChangeFeed
{
    private const string Created = "CREATED";
    private const string Updated = "UPDATED";
    private const string Deleted = "DELETED";

    /// <summary>The newest revision given out.</summary>
    internal long Revision { get; set; }

    /// <summary>Called before each save of a write.</summary>
    internal void Record(StoreSession session)
    {
        var db = session.Db;
        var places = new FleetFollower(session);
        List<Departure> departures = [];
        foreach (var entry in db.ChangeTracker.Entries().ToList())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted)) { continue; }
            if (entry is { Entity: Departure departure, State: EntityState.Added }) { departures.Add(departure); }
            if (entry.State == EntityState.Modified && OnlyLeaseChanged(entry)) { Note(entry, session); continue; }
            if (Describe(entry.Entity, Type(entry.State), session) is not { } change) { continue; }
            places.Follow(entry);
            if (entry.Entity is Operation operation) { Tell(operation, session); }
            if (entry.Entity is Vm vm && entry.State != EntityState.Deleted
                && (entry.State == EntityState.Added || entry.Property(nameof(Vm.AssignmentGeneration)).IsModified))
            {
                Tell(vm, change, session);
            }
            Note(entry, session);
            db.Events.Add(change);
        }
        foreach (var departure in departures) { Tell(departure, session); }
        places.Apply(Revision);
    }

    /// <summary>A turn has come to its end without a context: what it drafted is to be written.</summary>
    internal void Record(StoreSession session, GroupWrite group)
    {
        var (places, rows) = (new FleetFollower(session), session.Rows);
        foreach (var (before, now) in session.Drafts.Vms)
        {
            if (before is not null && !group.Differs(before, now)) { continue; }
            var change = Describe(now, before is null ? Created : Updated, session)!;
            places.Follow(before, now);
            if (before is null || before.AssignmentGeneration != now.AssignmentGeneration) { Tell(now, change, session); }
            rows.Changed(before, now);
            rows.WrittenVms[now.Id] = now;
            rows.Events.Add(change);
        }
        foreach (var (before, now) in session.Drafts.Operations)
        {
            if (before is not null && !group.Differs(before, now)) { continue; }
            if (before is null || !OnlyLeaseChanged(before, now, group))
            {
                rows.Events.Add(Describe(now, before is null ? Created : Updated, session)!);
                Tell(now, session);
            }
            rows.Changed(before, now);
            rows.WrittenOperations[now.Id] = now;
        }
        places.Apply(Revision);
    }

    /// <summary>A host was claimed from in memory, for a VM that comes there or for nobody that counts.</summary>
    internal void Claimed(StoreSession session, Host before, Host after, Occupant? coming)
    {
        var change = Describe(after, Updated, session)!;
        session.Ledger = session.Ledger.WithUse(after, coming, change.Revision, out var history);
        session.Rows.History.Add(history);
        session.Rows.Changed(before, after);
        session.Rows.Events.Add(change);
    }

    /// <summary>A pool was charged in memory.</summary>
    internal void Claimed(StoreSession session, Pool before, Pool after)
    {
        session.Rows.Events.Add(Describe(after, Updated, session)!);
        session.Ledger = session.Ledger.With(after);
        session.Rows.Changed(before, after);
    }

    /// <summary>Something new is written past the context.</summary>
    internal void Added(StoreSession session, object entity) => session.Rows.Events.Add(Describe(entity, Created, session)!);

    // A worker taking an operation up is nothing a reader can see.
    private static bool OnlyLeaseChanged(EntityEntry entry) =>
        entry.Entity is Operation
        && entry.Properties.All(property =>
            !property.IsModified || property.Metadata.Name is nameof(Operation.Lease) or nameof(Operation.LeaseOwner));

    private static bool OnlyLeaseChanged(Operation before, Operation now, GroupWrite group)
    {
        if (before.Lease == now.Lease) { return false; }
        var taken = before.Copy();
        taken.TakeLease(now.LeaseOwner!);
        return !group.Differs(taken, now);
    }

    // As it is now: the context may change its own instance again.
    private static void Note(EntityEntry entry, StoreSession session)
    {
        var gone = entry.State == EntityState.Deleted;
        switch (entry.Entity)
        {
            case Vm vm: session.Rows.WrittenVms[vm.Id] = gone ? null : vm.Copy(); break;
            case Operation operation: session.Rows.WrittenOperations[operation.Id] = gone ? null : operation.Copy(); break;
        }
    }

    private static string Type(EntityState state) =>
        state == EntityState.Added ? Created : state == EntityState.Deleted ? Deleted : Updated;

    private EventRow? Describe(object entity, string type, StoreSession session)
    {
        if (Describe(entity) is not { } change) { return null; }
        (change.Revision, change.Type, change.Time) = (++Revision, type, session.Now);
        if (type == Updated) { change.Version = Bump(entity, session.Now); }
        session.Changes.Add(new(change.Revision, change.Kind, change.ResourceId));
        return change;
    }

    private static EventRow? Describe(object entity) => entity switch
    {
        Host host => Row("HOST", host.Id.ToString(), null, host.Name.ToString(), Words.Of(host.State), host.Version),
        Pool pool => Row("POOL", pool.Id.ToString(), pool.Project, pool.Name.ToString(), null, pool.Version),
        AffinityGroup group => Row("AFFINITY_GROUP", group.Id.ToString(), group.Project, group.Name.ToString(), null, group.Version),
        Allocation held => Row("ALLOCATION", held.Id.ToString(), held.Project, held.Owner, null, held.Version),
        Reservation held => Row("RESERVATION", held.Id.ToString(), held.Project, held.Name.ToString(), Words.Of(held.State), held.Version),
        Flavor flavor => Row("FLAVOR", flavor.Id.ToString(), flavor.Project, flavor.Name.ToString(), null, flavor.Version),
        Image image => Row("IMAGE", image.Id.ToString(), image.Project, image.Name.ToString(), Words.Of(image.State), image.Version),
        Vm vm => Row("VM", vm.Id.ToString(), vm.Project, vm.Name.ToString(), Words.Of(vm.State), vm.Version),
        Operation operation => Row("OPERATION", operation.Id.ToString(), operation.Project, operation.Target,
            Words.Of(operation.State), operation.Version),
        PlacementRow placement => Row("PLACEMENT", placement.Id.ToString(), placement.Project, placement.Target, null, 1),
        RebalancePlanRow plan => Row("REBALANCE_PLAN", plan.Id.ToString(), plan.Project, $"pools/{plan.Pool}", null, 1),
        _ => null,
    };

    private static EventRow Row(string kind, string id, string? project, string name, string? state, long version) => new()
    {
        Kind = kind, ResourceId = id, Project = project, Name = name, State = state, Version = version, Type = "",
    };

    private static long Bump(object entity, DateTimeOffset now)
    {
        switch (entity)
        {
            case Host host: host.UpdateTime = now; return ++host.Version;
            case Pool pool: pool.UpdateTime = now; return ++pool.Version;
            case AffinityGroup group: group.UpdateTime = now; return ++group.Version;
            case Allocation held: held.UpdateTime = now; return ++held.Version;
            case Reservation held: held.UpdateTime = now; return ++held.Version;
            case Flavor flavor: flavor.UpdateTime = now; return ++flavor.Version;
            case Image image: image.UpdateTime = now; return ++image.Version;
            case Vm vm: vm.UpdateTime = now; return ++vm.Version;
            case Operation operation: operation.UpdateTime = now; return ++operation.Version;
            default: return 1;
        }
    }

    private static void Tell(Operation operation, StoreSession session)
    {
        if (operation is { Done: true, Parent: { } parent }) { session.Topics.Add(ChildOperations.Topic(parent)); }
    }

    private static void Tell(Vm vm, EventRow change, StoreSession session)
    {
        if (vm.Host is not { } on) { return; }
        vm.AssignmentRevision = change.Revision;
        session.Rows.Assigned.Add(vm.Id);
        Tell(on, session);
        if (vm.MigrationTarget is { } target) { Tell(target, session); }
    }

    // No event of its own: it goes with a change of its VM, and takes the newest number of the turn.
    private void Tell(Departure departure, StoreSession session)
    {
        departure.Revision = Revision;
        session.Rows.Departed = Revision;
        Tell(departure.Host, session);
    }

    private static void Tell(HostId host, StoreSession session)
    {
        session.Topics.Add(AssignmentTopic.Of(host));
        if (session.Fleet.Find(host) is { Driver: HostDriver.Simulated }) { session.Topics.Add(AssignmentTopic.Simulated); }
    }
}
