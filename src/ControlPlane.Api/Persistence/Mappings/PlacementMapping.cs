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

internal sealed class PlacementMapping : IEntityTypeConfiguration<PlacementRow>
{
    public void Configure(EntityTypeBuilder<PlacementRow> placement)
    {
        placement.ToTable("placements");
        placement.HasKey(row => row.Id);
        placement.HasIndex(row => row.Fleet).HasFilter("fleet IS NOT NULL");
        placement.HasIndex(row => row.Target);
        placement.Property(row => row.Demand).HasJson();
        placement.Property(row => row.Preemption).HasJson();
    }
}
