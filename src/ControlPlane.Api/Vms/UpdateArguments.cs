using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a VM was before its spec was changed.</summary>
/// <param name="Before">Its spec.</param>
/// <param name="Preempted">For whom it was stopped, where it had given its room back; else null.</param>
public sealed record UpdateArguments(VmSpec Before, VmPreemption? Preempted = null);
