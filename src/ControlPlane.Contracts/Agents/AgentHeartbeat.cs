namespace ControlPlane.Contracts.Agents;

/// <summary>An agent lives.</summary>
/// <param name="Version">The agent's version, for people.</param>
public sealed record AgentHeartbeat(string Version);
