namespace ControlPlane.Core.Reservations;

/// <summary>What a reservation is.</summary>
public enum ReservationState
{
    /// <summary>It holds room that creates may take.</summary>
    Active,

    /// <summary>Every slot was taken by a VM.</summary>
    Consumed,

    /// <summary>Its time is over; what no VM had taken was given back.</summary>
    Expired,
}
