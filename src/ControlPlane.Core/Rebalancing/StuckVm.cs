using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Rebalancing;

/// <summary>A VM that the goal would have moved and that no host would take.</summary>
/// <param name="Vm">Which.</param>
/// <param name="Why">One sentence.</param>
public sealed record StuckVm(VmId Vm, string Why);
