using ControlPlane.Core.Hosts;

namespace ControlPlane.Api.Vms.Moving;

/// <summary>Whether two hosts keep their VMs' disks in the same place.</summary>
internal static class SharedDisks
{
    internal static bool Both(Host? source, Host? target) =>
        source?.Platform.SharedDisks is { } storage && storage == target?.Platform.SharedDisks;
}
