namespace ControlPlane.Contracts.Agents;

/// <summary>A new certificate of a host. The one before works until it ends or another renewal.</summary>
/// <param name="Certificate">As PEM.</param>
/// <param name="Authority">The authority's certificate as PEM.</param>
public sealed record CertificateAnswer(string Certificate, string Authority);
