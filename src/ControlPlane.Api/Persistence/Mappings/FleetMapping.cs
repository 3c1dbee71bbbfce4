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

internal sealed class FleetMapping : IEntityTypeConfiguration<FleetRow>
{
    public void Configure(EntityTypeBuilder<FleetRow> fleet)
    {
        fleet.ToTable("fleets");
        fleet.HasKey(row => row.Hash);
    }
}
