namespace ControlPlane.Contracts.Pools;

/// <summary>Makes a pool.</summary>
public sealed record CreatePool
{
    /// <summary>A DNS label, unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>The pool it lies in (id or name), or null.</summary>
    public string? Parent { get; init; }

    /// <summary>By class: a number (the limit) or <c>{"limit":64,"overcommit":1.0}</c>.</summary>
    public IReadOnlyDictionary<string, PoolLimitTerms> Limits { get; init; } = new Dictionary<string, PoolLimitTerms>();

    /// <summary>Which hosts; all when left out.</summary>
    public HostSelectorDocument HostSelector { get; init; } = new();

    /// <summary>Defaults for its VMs.</summary>
    public PoolPolicies Policies { get; init; } = new();

    /// <summary>At most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
