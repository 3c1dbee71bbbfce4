using ControlPlane.Api.Placements;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Api.Reservations;

/// <summary>A slot that a VM can take now.</summary>
/// <param name="Reservation">Of which reservation.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Chosen">Its host and engine.</param>
/// <param name="Decision">That the host takes the VM now.</param>
internal sealed record ReservedSlot(Reservation Reservation, ReservationSlot Slot, Candidate Chosen, Decision Decision);
