using ControlPlane.Core.Reservations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Api.Persistence.Mappings;

internal sealed class ReservationSlotMapping : IEntityTypeConfiguration<ReservationSlot>
{
    public void Configure(EntityTypeBuilder<ReservationSlot> slot)
    {
        slot.ToTable("reservation_slots");
        slot.HasKey(row => new { row.Reservation, row.Number });
        slot.HasIndex(row => row.Allocation);
        slot.Property(row => row.Resources).HasJson();
        slot.Property(row => row.Seat).HasJson();
        // Whoever takes a slot has seen it held: two cannot.
        slot.Property(row => row.State).IsConcurrencyToken();
    }
}
