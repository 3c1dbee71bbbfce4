namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>A monitor command did not get a good answer.</summary>
public sealed class QmpException(QmpFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of failure it was.</summary>
    public QmpFault Fault { get; } = fault;
}
