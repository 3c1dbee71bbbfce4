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

internal sealed class AllocationMapping : IEntityTypeConfiguration<Allocation>
{
    public void Configure(EntityTypeBuilder<Allocation> allocation)
    {
        allocation.ToTable("allocations");
        allocation.HasKey(row => row.Id);
        allocation.HasIndex(row => row.Pool);
        allocation.HasIndex(row => row.Host).HasFilter("for_move");
        allocation.HasIndex(row => row.Reservation).HasFilter("reservation IS NOT NULL");
        allocation.Property(row => row.Resources).HasJson();
        allocation.Property(row => row.Seat).HasJson();
    }
}
