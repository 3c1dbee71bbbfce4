namespace ControlPlane.Contracts.Agents;

/// <summary>Where a host gets a file of an image that it does not have.</summary>
/// <param name="Path">Below <see cref="AgentProtocol.Images"/>, such as <c>img_…/content</c>.</param>
/// <param name="SizeBytes">How long it is.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal: also its name on the host.</param>
public sealed record ImageSource(string Path, long SizeBytes, string Sha256);
