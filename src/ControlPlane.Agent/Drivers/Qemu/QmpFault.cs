namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Why a monitor command failed.</summary>
public enum QmpFault
{
    /// <summary>The socket is closed: the process ended or never listened.</summary>
    Closed,

    /// <summary>No answer in time: the process is there and busy, stuck or stopped.</summary>
    TimedOut,

    /// <summary>QEMU answered with an error.</summary>
    Refused,
}
