using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A certificate that a host may show. What is not here is nobody's.</summary>
public sealed class HostCertificateRow
{
    /// <summary>SHA-256 of the certificate, lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }

    public required HostId Host { get; set; }

    public DateTimeOffset CreateTime { get; set; }

    public DateTimeOffset ExpireTime { get; set; }

    /// <summary>When it was taken back, or null.</summary>
    public DateTimeOffset? RevokeTime { get; set; }
}
