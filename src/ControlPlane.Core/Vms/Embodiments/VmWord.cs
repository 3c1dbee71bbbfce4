using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What a host says of an embodiment.</summary>
/// <param name="Host">Who says it.</param>
/// <param name="Vm">Of which VM.</param>
/// <param name="Incarnation">Of which embodiment.</param>
/// <param name="Generation">Under which order.</param>
/// <param name="Kind">What.</param>
public sealed record VmWord(HostId Host, VmId Vm, long Incarnation, long Generation, VmWordKind Kind);
