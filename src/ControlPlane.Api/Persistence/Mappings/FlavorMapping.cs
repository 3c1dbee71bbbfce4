using ControlPlane.Core.Flavors;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class FlavorMapping : IEntityTypeConfiguration<Flavor>
{
    public void Configure(EntityTypeBuilder<Flavor> flavor)
    {
        flavor.ToTable("flavors");
        flavor.HasKey(row => row.Id);
        flavor.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        flavor.Property(row => row.ExtraResources).HasJson();
        flavor.Property(row => row.Labels).HasJson();
    }
}
