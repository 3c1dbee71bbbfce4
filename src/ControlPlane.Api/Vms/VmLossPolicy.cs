using ControlPlane.Core.Hosts;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Embodiments;

namespace ControlPlane.Api.Vms;

/// <summary>What a host is told to do with a VM when its lease ends.</summary>
internal static class VmLossPolicy
{
    /// <summary>Whether a disk of it exists on that host alone.</summary>
    internal static bool OnlyThere(VmSpec spec, Host? host) =>
        host is { Driver: HostDriver.Qemu, Platform.SharedDisks: null } && spec.DiskGiB > 0;

    /// <summary>Its owner's wish; but one that could not be started elsewhere is not ended for nothing.</summary>
    internal static LossPolicy Of(VmSpec spec, Host? host) => OnlyThere(spec, host) ? LossPolicy.Stay : spec.OnHostLoss;
}
