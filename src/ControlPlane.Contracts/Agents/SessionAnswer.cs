namespace ControlPlane.Contracts.Agents;

/// <summary>The session that has begun.</summary>
/// <param name="Session">Its number: orders, leases and words of earlier ones are past.</param>
/// <param name="Lease">Its first lease.</param>
/// <param name="NotItsOwn">VMs that are no longer this host's: they are ended before anything else.</param>
public sealed record SessionAnswer(long Session, LeaseAnswer Lease, IReadOnlyList<string> NotItsOwn);
