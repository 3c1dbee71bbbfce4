using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>Assignments as the service would make them.</summary>
public static class Assignments
{
    private static int next;

    /// <summary>A new VM that shall run.</summary>
    public static VmAssignment New(BootSource? boot = null)
    {
        var number = Interlocked.Increment(ref next);
        return new VmAssignment
        {
            VmId = $"vm_test{Environment.ProcessId}x{number}", HostId = "host_test", Name = $"probe-{number}", Uuid = Guid.NewGuid(),
            Incarnation = 1, Generation = 1, Revision = 1, Power = DesiredPower.Running, Engine = VirtualizationEngine.Software,
            CpuModel = "qemu64", MachineType = "q35", Vcpus = 1, MemoryMiB = 128, DiskGiB = 1, Boot = boot, StopTimeoutSeconds = 60,
        };
    }

    /// <summary>The next generation of an assignment.</summary>
    public static VmAssignment Then(this VmAssignment vm, DesiredPower power) =>
        vm with { Power = power, Generation = vm.Generation + 1, Revision = vm.Revision + 1 };
}
