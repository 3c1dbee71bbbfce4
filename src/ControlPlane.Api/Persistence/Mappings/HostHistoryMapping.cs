using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostHistoryMapping : IEntityTypeConfiguration<HostHistoryRow>
{
    public void Configure(EntityTypeBuilder<HostHistoryRow> history)
    {
        history.ToTable("host_history");
        history.HasKey(row => new { row.Host, row.Revision });
    }
}
