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

internal sealed class ImageMapping : IEntityTypeConfiguration<Image>
{
    public void Configure(EntityTypeBuilder<Image> image)
    {
        image.ToTable("images");
        image.HasKey(row => row.Id);
        image.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        image.Property(row => row.Labels).HasJson();
    }
}
