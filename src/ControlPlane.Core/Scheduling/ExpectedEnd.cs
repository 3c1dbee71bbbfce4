namespace ControlPlane.Core.Scheduling;

/// <summary>How many VMs of a host are expected to end at one time.</summary>
/// <param name="Time">When.</param>
/// <param name="Vms">How many; above zero.</param>
public readonly record struct ExpectedEnd(DateTimeOffset Time, int Vms);
