namespace ControlPlane.Contracts.Agents;

/// <summary>What an agent found a VM to be.</summary>
public enum ObservedPower
{
    /// <summary>Nothing of it is on the host.</summary>
    Absent,

    /// <summary>Its files are there, its process is not.</summary>
    Stopped,

    /// <summary>Its process is being started, or waits out a restart delay.</summary>
    Starting,

    /// <summary>Its guest runs.</summary>
    Running,

    /// <summary>Its process is there and the vCPUs stand still.</summary>
    Paused,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It should run and cannot: the agent gave up, or its restart policy forbids another try.</summary>
    Failed,
}
