using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a stop or a reboot was asked with, and what the VM was before.</summary>
public sealed record StopArguments(StopMode Mode, int TimeoutSeconds, bool ForceAfterTimeout, Power Before, long RebootCount);
