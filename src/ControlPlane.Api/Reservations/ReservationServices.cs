using ControlPlane.Api.Http;

namespace ControlPlane.Api.Reservations;

/// <summary>Registers reservations.</summary>
public static class ReservationServices
{
    /// <summary>Registers them.</summary>
    public static WebApplicationBuilder AddReservations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ReservationOptions>("ControlPlane:Reservations");
        services.AddSingleton<ReservationDesk>();
        services.AddSingleton<ReservationService>();
        services.AddSingleton<ReservedRoom>();
        services.AddSingleton<ReservationSweep>();
        services.AddHostedService<ReservationExpiry>();
        return builder;
    }
}
