namespace ControlPlane.Contracts.Agents;

/// <summary>An agent begins a session: one life of it, in which it is told and holds leases.</summary>
/// <param name="Version">The agent's version, for people.</param>
/// <param name="Vms">What is on the host; at most <see cref="AgentProtocol.MaxHeld"/>.</param>
public sealed record SessionRequest(string Version, IReadOnlyList<HeldVm> Vms);
