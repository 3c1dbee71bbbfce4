using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class VmMapping : IEntityTypeConfiguration<Vm>
{
    public void Configure(EntityTypeBuilder<Vm> vm)
    {
        vm.ToTable("vms");
        vm.HasKey(row => row.Id);
        vm.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        vm.HasIndex(row => new { row.Host, row.AssignmentRevision });
        vm.HasIndex(row => row.AssignmentRevision);
        vm.HasIndex(row => row.MigrationTarget).HasFilter("migration_target IS NOT NULL");
        vm.HasIndex(row => row.Pool);
        vm.HasIndex(row => row.AffinityGroup).HasFilter("affinity_group IS NOT NULL");
        vm.HasIndex(row => row.Priority).HasFilter("preemptible");
        vm.Property(row => row.Spec).HasJson();
        vm.Property(row => row.Held).HasJson();
        vm.Property(row => row.Preempted).HasJson();
        vm.Ignore(row => row.Holds);
        vm.Property(row => row.Seat).HasJson();
        vm.Property(row => row.Migration).HasJson();
        vm.Property(row => row.MigrationSight).HasJson();
        vm.Property(row => row.MigrationCounts).HasJson();
        vm.Property(row => row.Departing).HasJson();
        vm.Property(row => row.Lost).HasJson();
        vm.Ignore(row => row.ReadyToSwitch);
        vm.Property(row => row.Conditions).HasJson();
        vm.Property(row => row.IsolationControls).HasJson();
    }
}
