namespace ControlPlane.Core.Vms;

/// <summary>How a guest is brought to a stop.</summary>
public enum StopMode
{
    /// <summary>It is asked by ACPI, with a deadline.</summary>
    Graceful,

    /// <summary>Its process is ended at once.</summary>
    Forced,
}
