using ControlPlane.Core.Reservations;

namespace ControlPlane.Api.Reservations;

internal static partial class ReservationsLog
{
    [LoggerMessage(5201, LogLevel.Information, "Reservation {ReservationId} holds {Slots} slots until {ExpireTime:O}")]
    internal static partial void Made(ILogger logger, ReservationId reservationId, int slots, DateTimeOffset expireTime);

    [LoggerMessage(5202, LogLevel.Information, "Reservation {ReservationId} has expired and gave {Slots} slots back")]
    internal static partial void Expired(ILogger logger, ReservationId reservationId, int slots);

    [LoggerMessage(5203, LogLevel.Information, "Reservation {ReservationId} was deleted and gave {Slots} slots back")]
    internal static partial void Deleted(ILogger logger, ReservationId reservationId, int slots);

    [LoggerMessage(5204, LogLevel.Warning,
        "Reservations whose time is over could not be looked through; it is tried again and again, and said once until it works")]
    internal static partial void Interrupted(ILogger logger, Exception fault);
}
