namespace ControlPlane.Contracts.Agents;

/// <summary>A host asks for a new certificate before its present one ends.</summary>
/// <param name="CertificateRequest">A PKCS #10 request as PEM, with an ECDSA P-256 key, best a new one.</param>
public sealed record CertificateRenewal(string CertificateRequest);
