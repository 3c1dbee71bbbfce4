namespace ControlPlane.Core.Scheduling;

/// <summary>How many VMs of a group or of a pool are on a host.</summary>
/// <param name="Of">The group's or the pool's id, without its prefix.</param>
/// <param name="Vms">How many; above zero.</param>
public readonly record struct Headcount(Guid Of, int Vms);
