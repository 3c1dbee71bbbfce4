namespace ControlPlane.Core.Vms.Moving;

/// <summary>Where a target listens.</summary>
/// <param name="MemoryAddress">For memory, as <c>host:port</c>; null when none goes.</param>
/// <param name="DiskAddress">For the disk; null when none goes.</param>
public sealed record MigrationReadiness(string? MemoryAddress, string? DiskAddress);
