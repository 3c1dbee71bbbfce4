namespace ControlPlane.Contracts.Agents;

/// <summary>The service has heard.</summary>
/// <param name="NextSeconds">Seconds until it would hear again.</param>
public sealed record HeartbeatAnswer(int NextSeconds);
