namespace ControlPlane.Contracts.Agents;

/// <summary>A VM of which something is on a host.</summary>
/// <param name="VmId">Which.</param>
/// <param name="Incarnation">The embodiment that the agent was told of; zero when it does not know.</param>
public sealed record HeldVm(string VmId, long Incarnation);
