using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Hosts.Draining;

/// <summary>Where a VM goes when its host is emptied.</summary>
/// <param name="Vm">Which.</param>
/// <param name="Target">Where to; null when no host takes it.</param>
/// <param name="Placement">The decision, which says why.</param>
public sealed record EvacuationStep(VmId Vm, HostId? Target, Placement Placement);
