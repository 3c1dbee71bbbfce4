namespace ControlPlane.Core.Reservations;

/// <summary>What became of a slot.</summary>
public enum ReservationSlotState
{
    /// <summary>Its room is held, for one VM.</summary>
    Held,

    /// <summary>A VM took it.</summary>
    Consumed,

    /// <summary>Its room was given back without a VM.</summary>
    Released,
}
