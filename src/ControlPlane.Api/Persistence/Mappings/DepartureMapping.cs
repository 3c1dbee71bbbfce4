using ControlPlane.Core.Vms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class DepartureMapping : IEntityTypeConfiguration<Departure>
{
    public void Configure(EntityTypeBuilder<Departure> departure)
    {
        departure.ToTable("departures");
        departure.HasKey(row => new { row.Host, row.Vm });
        departure.HasIndex(row => new { row.Host, row.Revision });
        departure.HasIndex(row => row.Vm);
        departure.HasIndex(row => row.Revision);
    }
}
