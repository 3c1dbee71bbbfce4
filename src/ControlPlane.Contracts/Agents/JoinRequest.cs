namespace ControlPlane.Contracts.Agents;

/// <summary>A machine asks to become a host.</summary>
public sealed record JoinRequest
{
    /// <summary>The name it would like, a DNS label; null where the token gives one.</summary>
    public string? Name { get; init; }

    /// <summary>The failure domain it stands in, or null.</summary>
    public string? Zone { get; init; }

    /// <summary>A PKCS #10 request as PEM, with an ECDSA P-256 key that never leaves the machine.</summary>
    public required string CertificateRequest { get; init; }

    /// <summary>What was measured on it.</summary>
    public required HostFacts Facts { get; init; }
}
