namespace ControlPlane.Contracts.Agents;

/// <summary>Whose assignments an agent asks for: one host's, or those of all simulated hosts.</summary>
/// <param name="HostId">The host, or null for every simulated host.</param>
public sealed record AssignmentScope(string? HostId);
