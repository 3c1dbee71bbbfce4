namespace ControlPlane.Contracts.Agents;

/// <summary>The authority that makes the certificates of the service and of its hosts.</summary>
/// <param name="Certificate">Its certificate as PEM. Believed only where its SHA-256 is the one that the join token names.</param>
public sealed record AuthorityDocument(string Certificate);
