namespace ControlPlane.Contracts.Agents;

/// <summary>What a host does with a VM when its lease ends.</summary>
public enum HostLossRule
{
    /// <summary>It runs on: it is started elsewhere only when the host is known to be off.</summary>
    Stay,

    /// <summary>It is paused and then ended: it may be started elsewhere from then on.</summary>
    RestartElsewhere,
}
