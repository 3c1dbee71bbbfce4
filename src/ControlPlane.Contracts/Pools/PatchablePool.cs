namespace ControlPlane.Contracts.Pools;

/// <summary>What a PATCH may change of a pool.</summary>
public sealed record PatchablePool
{
    /// <summary>By class: a number (the limit) or <c>{"limit":64,"overcommit":1.0}</c>.</summary>
    public IReadOnlyDictionary<string, PoolLimitTerms> Limits { get; init; } = new Dictionary<string, PoolLimitTerms>();

    /// <summary>Which hosts; all when left out.</summary>
    public HostSelectorDocument HostSelector { get; init; } = new();

    /// <summary>Defaults for its VMs.</summary>
    public PoolPolicies Policies { get; init; } = new();

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
