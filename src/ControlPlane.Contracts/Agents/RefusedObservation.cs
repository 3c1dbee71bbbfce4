namespace ControlPlane.Contracts.Agents;

/// <summary>An observation that the service does not take.</summary>
/// <param name="VmId">Of which VM.</param>
/// <param name="Code"><c>foreign-vm</c>: it is not on this host; <c>old-incarnation</c>: it has a newer one.</param>
public sealed record RefusedObservation(string VmId, string Code);
