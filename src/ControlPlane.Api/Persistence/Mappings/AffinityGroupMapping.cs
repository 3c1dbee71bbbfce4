using ControlPlane.Core.AffinityGroups;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class AffinityGroupMapping : IEntityTypeConfiguration<AffinityGroup>
{
    public void Configure(EntityTypeBuilder<AffinityGroup> group)
    {
        group.ToTable("affinity_groups");
        group.HasKey(row => row.Id);
        group.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        group.Property(row => row.Labels).HasJson();
    }
}
