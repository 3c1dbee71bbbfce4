namespace ControlPlane.Contracts.Pools;

/// <summary>A share of the fleet with limits.</summary>
public sealed record PoolResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>The pool it lies in, or null.</summary>
    public required string? Parent { get; init; }

    /// <summary>Limits and use by class.</summary>
    public required IReadOnlyDictionary<string, PoolUse> Limits { get; init; }

    /// <summary>Which hosts.</summary>
    public required HostSelectorDocument HostSelector { get; init; }

    /// <summary>Defaults for its VMs.</summary>
    public required PoolPolicies Policies { get; init; }

    /// <summary>Free words by key.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
