using ControlPlane.Core.Hosts;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>A VM on its way from its owner to another host, before the switch.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Incarnation">What it will be there.</param>
/// <param name="Generation">The generation by which both hosts were told.</param>
/// <param name="Loaded">Whether the target has said that the state has come.</param>
/// <param name="HandedOver">Whether the source has said that its guest stands still for good unless told otherwise.</param>
public sealed record Move(HostId Target, long Incarnation, long Generation, bool Loaded = false, bool HandedOver = false);
