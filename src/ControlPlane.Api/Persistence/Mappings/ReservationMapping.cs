using ControlPlane.Core.Reservations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class ReservationMapping : IEntityTypeConfiguration<Reservation>
{
    public void Configure(EntityTypeBuilder<Reservation> reservation)
    {
        reservation.ToTable("reservations", table =>
            table.HasCheckConstraint("slots_add_up", "held >= 0 AND consumed >= 0 AND held + consumed <= count"));
        reservation.HasKey(row => row.Id);
        reservation.HasIndex(row => new { row.Project, row.Name }).IsUnique();
        reservation.HasIndex(row => new { row.State, row.ExpireTime });
        reservation.HasIndex(row => row.Pool);
    }
}
