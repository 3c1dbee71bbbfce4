namespace ControlPlane.Contracts.Agents;

/// <summary>What the service wants a VM to be on its host.</summary>
public enum DesiredPower
{
    /// <summary>Files exist, no process runs.</summary>
    Stopped,

    /// <summary>The guest runs.</summary>
    Running,

    /// <summary>The guest's process exists and its vCPUs stand still.</summary>
    Paused,

    /// <summary>Nothing is left on the host: no process, file, socket or directory.</summary>
    Absent,
}
