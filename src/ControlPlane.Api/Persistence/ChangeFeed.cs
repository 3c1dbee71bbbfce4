using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// Gives every change of a save its revision, its event and its version, in the same transaction. Used by the lane alone.
/// </summary>
internal sealed class ChangeFeed
{
    /// <summary>The newest revision given out.</summary>
    internal long Revision { get; set; }

    /// <summary>Called before each save of a write.</summary>
    internal void Record(StoreSession session)
    {
        var db = session.Db;
        var places = new FleetFollower(session);
        foreach (var entry in db.ChangeTracker.Entries().ToList())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted)) { continue; }
            if (entry.State == EntityState.Modified && OnlyLeaseChanged(entry)) { continue; }
            if (Describe(entry.Entity, session) is not { } change) { continue; }
            change.Revision = ++Revision;
            change.Type = Type(entry.State);
            change.Time = session.Now;
            if (entry.State == EntityState.Modified) { change.Version = Bump(entry.Entity, session.Now); }
            places.Follow(entry);
            Tell(entry, change, session);
            session.Changes.Add(new(change.Revision, change.Kind, change.ResourceId));
            db.Events.Add(change);
        }
        session.Fleet = places.Fleet();
    }

    // A worker taking an operation up is nothing a reader can see.
    private static bool OnlyLeaseChanged(EntityEntry entry) =>
        entry.Entity is Operation
        && entry.Properties.All(property =>
            !property.IsModified || property.Metadata.Name is nameof(Operation.Lease) or nameof(Operation.LeaseOwner));

    private static string Type(EntityState state) =>
        state == EntityState.Added ? "CREATED" : state == EntityState.Deleted ? "DELETED" : "UPDATED";

    private static EventRow? Describe(object entity, StoreSession session) => entity switch
    {
        Host host => Row("HOST", host.Id.ToString(), null, host.Name.ToString(), Words.Of(host.State), host.Version),
        Pool pool => Row("POOL", pool.Id.ToString(), pool.Project, pool.Name.ToString(), null, pool.Version),
        AffinityGroup group => Row("AFFINITY_GROUP", group.Id.ToString(), group.Project, group.Name.ToString(), null, group.Version),
        Allocation held => Row("ALLOCATION", held.Id.ToString(), held.Project, held.Owner, null, held.Version),
        Reservation held => Row("RESERVATION", held.Id.ToString(), held.Project, held.Name.ToString(), Words.Of(held.State), held.Version),
        Image image => Row("IMAGE", image.Id.ToString(), image.Project, image.Name.ToString(), Words.Of(image.State), image.Version),
        Vm vm => Row("VM", vm.Id.ToString(), vm.Project, vm.Name.ToString(), Words.Of(vm.State), vm.Version),
        Operation operation => Row("OPERATION", operation.Id.ToString(), operation.Project, operation.Target,
            Words.Of(operation.State), operation.Version),
        PlacementRow placement => Row("PLACEMENT", placement.Id.ToString(), placement.Project, placement.Target, null, 1),
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
            case Image image: image.UpdateTime = now; return ++image.Version;
            case Vm vm: vm.UpdateTime = now; return ++vm.Version;
            case Operation operation: operation.UpdateTime = now; return ++operation.Version;
            default: return 1;
        }
    }

    private static void Tell(EntityEntry entry, EventRow change, StoreSession session)
    {
        if (entry.Entity is Operation { Done: true, Parent: { } parent }) { session.Topics.Add(ChildOperations.Topic(parent)); }
        if (entry.Entity is Vm vm && vm.Host is { } on && entry.State != EntityState.Deleted
            && entry.Property(nameof(Vm.AssignmentGeneration)) is { } told && (entry.State == EntityState.Added || told.IsModified))
        {
            vm.AssignmentRevision = change.Revision;
            session.Topics.Add(AssignmentTopic.Of(on));
            if (session.Fleet.Find(on) is { Driver: HostDriver.Simulated }) { session.Topics.Add(AssignmentTopic.Simulated); }
        }
    }
}
