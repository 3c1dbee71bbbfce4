using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostStandingMapping : IEntityTypeConfiguration<HostStandingRow>
{
    public void Configure(EntityTypeBuilder<HostStandingRow> standing)
    {
        standing.ToTable("host_standings");
        standing.HasKey(row => row.Host);
        standing.Property(row => row.Proof).HasJson();
    }
}
