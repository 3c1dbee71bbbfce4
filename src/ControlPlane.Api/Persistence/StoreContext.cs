using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The one model of the truth. What a tenant owns is seen only within <see cref="Project"/>: the query filters here are the one place
/// that scopes by it. The service's own work (operations, agents' reports) has no project and sees all.
/// </summary>
public abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Whose rows are seen; null for everybody's.</summary>
    public string? Project { get; internal set; }

    public DbSet<Host> Hosts => Set<Host>();
    public DbSet<Pool> Pools => Set<Pool>();
    public DbSet<Allocation> Allocations => Set<Allocation>();
    public DbSet<Reservation> Reservations => Set<Reservation>();
    public DbSet<ReservationSlot> ReservationSlots => Set<ReservationSlot>();
    public DbSet<AffinityGroup> AffinityGroups => Set<AffinityGroup>();
    public DbSet<Flavor> Flavors => Set<Flavor>();
    public DbSet<Image> Images => Set<Image>();
    public DbSet<Vm> Vms => Set<Vm>();
    public DbSet<Departure> Departures => Set<Departure>();
    public DbSet<Operation> Operations => Set<Operation>();
    public DbSet<PlacementRow> Placements => Set<PlacementRow>();
    public DbSet<FleetRow> Fleets => Set<FleetRow>();
    public DbSet<HostHistoryRow> HostHistory => Set<HostHistoryRow>();
    public DbSet<HostShapeRow> HostShapes => Set<HostShapeRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();
    public DbSet<ReplicaRow> Replicas => Set<ReplicaRow>();
    public DbSet<TokenRow> Tokens => Set<TokenRow>();
    public DbSet<RebalancePlanRow> RebalancePlans => Set<RebalancePlanRow>();
    public DbSet<AuthorityRow> Authorities => Set<AuthorityRow>();
    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();
    public DbSet<HostCertificateRow> HostCertificates => Set<HostCertificateRow>();
    public DbSet<HostStandingRow> HostStandings => Set<HostStandingRow>();

    /// <summary>Called before a save with the changes; set by the write lane, which alone saves.</summary>
    internal Func<StoreContext, CancellationToken, Task>? Saving { get; set; }

    /// <summary>The VMs whose disks stand on the image.</summary>
    public abstract IQueryable<Vm> VmsOf(ImageId image);

    /// <summary>Begins to read everything as of one moment; keeps no writer away.</summary>
    public abstract Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken ct);

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken ct = default)
    {
        if (Saving is null) { throw new InvalidOperationException("only the write lane saves"); }
        await Saving(this, ct);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, ct);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) => ColumnTypes.Apply(configuration);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder model)
    {
        model.ApplyConfigurationsFromAssembly(typeof(StoreContext).Assembly);
        model.Entity<Pool>().HasQueryFilter(pool => Project == null || pool.Project == Project);
        model.Entity<Allocation>().HasQueryFilter(allocation => Project == null || allocation.Project == Project);
        model.Entity<Reservation>().HasQueryFilter(reservation => Project == null || reservation.Project == Project);
        model.Entity<AffinityGroup>().HasQueryFilter(group => Project == null || group.Project == Project);
        model.Entity<Flavor>().HasQueryFilter(flavor => Project == null || flavor.Project == Project);
        model.Entity<Image>().HasQueryFilter(image => Project == null || image.Project == Project);
        model.Entity<Vm>().HasQueryFilter(vm => Project == null || vm.Project == Project);
        model.Entity<Operation>().HasQueryFilter(operation => Project == null || operation.Project == Project);
        model.Entity<PlacementRow>().HasQueryFilter(placement => Project == null || placement.Project == Project);
        model.Entity<RebalancePlanRow>().HasQueryFilter(plan => Project == null || plan.Project == Project);
        model.Entity<EventRow>().HasQueryFilter(change => Project == null || change.Project == null || change.Project == Project);
        model.Entity<IdempotencyRow>().HasQueryFilter(row => Project == null || row.Project == Project);
    }
}
