namespace ControlPlane.Contracts.Pools;

/// <summary>Whether VMs of a pool may be stopped for others of a higher priority, and make such others stop.</summary>
public sealed record PreemptionPolicy
{
    /// <summary>
    /// True allows it, false forbids it, here and in every pool below; null says nothing. It is allowed where at least one pool of the
    /// chain allows it and none forbids it.
    /// </summary>
    public bool? Allowed { get; init; }
}
