using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Api.Reservations;

/// <summary>How reservations end: <c>ControlPlane:Reservations</c>.</summary>
public sealed class ReservationOptions
{
    /// <summary>Seconds between looks for reservations whose time is over. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int SweepSeconds { get; set; } = 1;

    /// <summary>Days that a reservation can be read after it was consumed or has expired. 1 to 3,650.</summary>
    [Range(1, 3_650)]
    public int RetentionDays { get; set; } = 7;
}
