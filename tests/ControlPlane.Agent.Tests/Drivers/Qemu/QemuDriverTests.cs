using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

[Collection(QemuCollection.Name)]
public sealed class QemuDriverTests : VmDriverConformance
{
    private QemuWorld? world;
    private QemuWorld? elsewhere;

    private QemuWorld World => world!;

    protected override IVmDriver Driver => World.Driver;

    protected override IVmDriver Elsewhere => (elsewhere ??= new QemuWorld(options => options.MoveAddress = "127.0.0.1")).Driver;

    public override Task InitializeAsync()
    {
        world = new QemuWorld();
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync()
    {
        await World.DisposeAsync();
        await (elsewhere?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected override VmAssignment NewVm()
    {
        ProbeGuest.SkipUnlessBuilt();
        return Assignments.New(ProbeGuest.KernelBoot);
    }

    protected override Task KillProcessAsync(VmAssignment vm)
    {
        Assert.Single(World.ProcessesOf(vm)).Kill();
        return Task.CompletedTask;
    }

    protected override Task PowerOffGuestAsync(VmAssignment vm) => World.TypeAsync(vm, "poweroff");

    protected override bool LeavesTraces(VmAssignment vm) => World.ProcessesOf(vm).Count > 0 || World.DirectoryOf(vm).Exists;
}
