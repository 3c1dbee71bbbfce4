namespace ControlPlane.Contracts.Agents;

/// <summary>A machine has become a host.</summary>
/// <param name="HostId">Its id for good.</param>
/// <param name="Name">Its name in the fleet.</param>
/// <param name="Certificate">Its certificate as PEM.</param>
/// <param name="Authority">The authority's certificate as PEM.</param>
public sealed record JoinAnswer(string HostId, string Name, string Certificate, string Authority);
