using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostShapeMapping : IEntityTypeConfiguration<HostShapeRow>
{
    public void Configure(EntityTypeBuilder<HostShapeRow> shape)
    {
        shape.ToTable("host_shapes");
        shape.HasKey(row => row.Hash);
    }
}
