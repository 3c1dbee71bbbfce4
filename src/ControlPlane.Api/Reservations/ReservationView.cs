using ControlPlane.Api.Http;
using ControlPlane.Contracts.Reservations;
using ControlPlane.Core.Reservations;

namespace ControlPlane.Api.Reservations;

/// <summary>A reservation as the client reads it.</summary>
internal static class ReservationView
{
    internal static string PathOf(ReservationId id) => $"/v1/reservations/{id}";

    internal static ReservationResource Of(Reservation reservation, IEnumerable<ReservationSlot>? slots) => new()
    {
        Id = reservation.Id.ToString(),
        Name = reservation.Name.ToString(),
        Project = reservation.Project,
        Pool = reservation.Pool.ToString(),
        State = Words.Of(reservation.State),
        ExpireTime = reservation.ExpireTime,
        Count = reservation.Count,
        Held = reservation.Held,
        Consumed = reservation.Consumed,
        Slots = slots is null ? null : [.. slots.Select(Of)],
        Etag = Answers.Etag(reservation.Version),
        CreateTime = reservation.CreateTime,
        UpdateTime = reservation.UpdateTime,
    };

    internal static ReservationSlotResource Of(ReservationSlot slot) => new()
    {
        Number = slot.Number,
        State = Words.Of(slot.State),
        Host = slot.Host.ToString(),
        Engine = Words.Of(slot.Engine),
        Resources = slot.Resources.ToDictionary(amount => amount.Key.ToString(), amount => amount.Value),
        Allocation = slot.Allocation.ToString(),
        Vm = slot.Vm?.ToString(),
    };
}
