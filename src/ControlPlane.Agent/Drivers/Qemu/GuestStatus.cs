namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What QEMU's run states mean here.</summary>
internal enum GuestStatus
{
    /// <summary>vCPUs run, or the guest sleeps by its own wish.</summary>
    Running,

    /// <summary>vCPUs stand still and can be let go.</summary>
    Paused,

    /// <summary>The process waits for its first start.</summary>
    NotStarted,

    /// <summary>The process waits for the state of a guest that runs elsewhere.</summary>
    Incoming,

    /// <summary>vCPUs stand still because the guest's state has been sent, or is about to be.</summary>
    Sent,

    /// <summary>The guest has switched itself off.</summary>
    PoweredOff,

    /// <summary>The guest or its machine has broken down and will not go on.</summary>
    Broken,
}
