using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What the service tells a host about a VM.</summary>
/// <param name="Vm">Which.</param>
/// <param name="Session">For which life of the host's agent.</param>
/// <param name="Incarnation">The embodiment spoken of.</param>
/// <param name="Generation">Grows with everything that is said of the VM, to whichever host.</param>
/// <param name="Will">What to make of it.</param>
/// <param name="Policy">What the host promises by obeying: to end it with its lease, or to keep it.</param>
/// <param name="Target">Whom it is handed over to, else null.</param>
/// <param name="TargetIncarnation">What it is there, else zero.</param>
public sealed record VmOrder(
    VmId Vm, long Session, long Incarnation, long Generation, VmWill Will, LossPolicy Policy, HostId? Target = null,
    long TargetIncarnation = 0);
