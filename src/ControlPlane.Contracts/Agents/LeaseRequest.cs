namespace ControlPlane.Contracts.Agents;

/// <summary>An agent asks for the next lease.</summary>
/// <param name="Session">Of which session.</param>
public sealed record LeaseRequest(long Session);
