using ControlPlane.Api.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class HostHistoryMapping : IEntityTypeConfiguration<HostHistoryRow>
{
    public void Configure(EntityTypeBuilder<HostHistoryRow> history)
    {
        history.ToTable("host_history");
        // In the order in which rows come: each at the end, and not on a page of its host's.
        history.HasKey(row => new { row.Revision, row.Host });
    }
}
