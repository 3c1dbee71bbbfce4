namespace ControlPlane.Contracts.Hosts;

/// <summary>A token with which one machine may join. Its text is told only now: the service keeps a hash.</summary>
public sealed record JoinTokenResource
{
    public required string Id { get; init; }

    /// <summary>For <c>controlplane-agent join --token</c>. It names the authority as well, so that the agent knows the service.</summary>
    public required string Token { get; init; }

    /// <summary>The name the host will have, or null.</summary>
    public string? Name { get; init; }

    /// <summary>SHA-256 of the authority's certificate, lower-case hexadecimal.</summary>
    public required string AuthorityFingerprint { get; init; }

    /// <summary>When it can no longer be used.</summary>
    public required DateTimeOffset ExpireTime { get; init; }
}
