using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Hosts.Joining;

/// <summary>The host that a connection's certificate is.</summary>
/// <param name="Host">Which.</param>
/// <param name="CertificateSha256">By which of its certificates.</param>
public sealed record HostIdentity(HostId Host, string CertificateSha256);
