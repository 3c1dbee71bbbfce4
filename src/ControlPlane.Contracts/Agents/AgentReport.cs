namespace ControlPlane.Contracts.Agents;

/// <summary>What an agent posts: any part may be missing.</summary>
public sealed record AgentReport
{
    /// <summary>The host spoken of; null when VMs of several simulated hosts are reported at once.</summary>
    public string? HostId { get; init; }

    /// <summary>Discovered facts: at first contact, and when they change.</summary>
    public HostFacts? Facts { get; init; }

    /// <summary>Conditions of the host, such as <c>StrayProcesses</c>; null when unchanged.</summary>
    public IReadOnlyList<AgentCondition>? Conditions { get; init; }

    /// <summary>At most 256 observations.</summary>
    public IReadOnlyList<VmObservation> Vms { get; init; } = [];
}
