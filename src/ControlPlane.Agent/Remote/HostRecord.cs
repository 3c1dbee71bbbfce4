namespace ControlPlane.Agent.Remote;

/// <summary>What a host keeps of itself (<c>host.json</c>): readable by its owner only, replaced as a whole, and durable.</summary>
public sealed record HostRecord
{
    /// <summary>Where the service is, such as <c>https://controlplane.example:5443</c>.</summary>
    public required string Server { get; init; }

    /// <summary>Its key as PKCS #8 PEM; made here, and never sent anywhere.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>Its id; null while it has not joined.</summary>
    public string? HostId { get; init; }

    /// <summary>Its name in the fleet.</summary>
    public string? Name { get; init; }

    /// <summary>Its certificate as PEM.</summary>
    public string? Certificate { get; init; }

    /// <summary>The authority's certificate as PEM.</summary>
    public string? Authority { get; init; }

    /// <summary>What it shows and trusts; null while it has not joined.</summary>
    public HostCredentials? Credentials()
    {
        if (Certificate is null || Authority is null) { return null; }
        using var key = HostCredentials.ReadKey(PrivateKey);
        return HostCredentials.Of(key, Certificate, Authority);
    }
}
