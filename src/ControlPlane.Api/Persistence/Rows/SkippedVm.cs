using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence.Rows;

/// <summary>A VM that a plan left out.</summary>
/// <param name="Vm">Which.</param>
/// <param name="Reason">One word for programs.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record SkippedVm(VmId Vm, string Reason, string Message);
