namespace ControlPlane.Contracts.Agents;

/// <summary>How a guest is brought to a stop.</summary>
public enum ShutdownMode
{
    /// <summary>The guest is asked by ACPI and has until a deadline.</summary>
    Graceful,

    /// <summary>The process is ended at once; the guest's unwritten data is lost.</summary>
    Forced,
}
