using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a spec was before it was changed.</summary>
public sealed record UpdateArguments(VmSpec Before);
