using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Disks that both hosts have: there is one, and it is nobody's to delete but its VM's.</summary>
[Collection(QemuCollection.Name)]
public sealed class QemuSharedDiskTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string storage = Directory.CreateTempSubdirectory("controlplane-shared-").FullName;
    private readonly QemuMoveWorld world;

    public QemuSharedDiskTests() => world = new QemuMoveWorld(options =>
    {
        options.SharedDisksDirectory = storage;
        options.SharedDisksName = "storage";
    });

    private static VmMove Shared => QemuMoveWorld.Move() with { SharedDisk = true };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await world.DisposeAsync();
        Directory.Delete(storage, recursive: true);
    }

    [SkippableFact]
    public async Task A_guest_goes_on_at_the_target_on_the_same_disk_which_goes_with_the_vm_alone()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var sum = await QemuMoveWorld.FillDiskAsync(world.A, vm);
        Assert.False(File.Exists(world.A.DirectoryOf(vm).Disk));
        Assert.True(File.Exists(DiskOf(vm)));

        var (source, target) = await world.ReceivingAsync(vm, Shared);
        Assert.Null(source.Move!.DiskAddress);
        await world.A.Driver.SendAsync(source, _ => { }, None);
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        await Eventually.HoldsAsync(
            async () => (await world.B.Driver.ObserveAsync(target, None)).Move!.Phase == MovePhase.Loaded, "the target has loaded");

        // Both could go on, and the target has not taken the disk: the source may have it back.
        var stays = source with { Move = null, Generation = source.Generation + 1 };
        await world.A.Driver.CallBackAsync(stays, None);
        await world.B.Driver.RemoveAsync(target with { Move = null, Power = DesiredPower.Absent, Departed = true }, None);
        Assert.True(File.Exists(DiskOf(vm)));
        await QemuMoveWorld.GoesOnAsync(world.A, stays, before);

        var there = await world.GoAsync(stays, Shared with { TargetIncarnation = 3 }, world.A, world.B);
        Assert.True(File.Exists(DiskOf(vm)));
        Assert.Equal(sum, await QemuMoveWorld.SumOfDiskAsync(world.B, vm));
        await world.B.Driver.RemoveAsync(there, None);
        Assert.False(File.Exists(DiskOf(vm)));
    }

    [SkippableFact]
    public async Task A_target_that_has_gone_on_keeps_a_source_that_would_run_again_from_the_disk()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var (source, target) = await world.ReceivingAsync(vm, Shared);
        await world.A.Driver.SendAsync(source, _ => { }, None);
        await Eventually.HoldsAsync(
            async () => (await world.B.Driver.ObserveAsync(target, None)).Move!.Phase == MovePhase.Loaded, "the target has loaded");
        var run = target with { Move = null, Generation = target.Generation + 1 };
        await world.B.Driver.ResumeAsync(run, None);

        var wrong = source with { Move = null, Generation = source.Generation + 1 };
        await Assert.ThrowsAsync<VmDriverException>(() => world.A.Driver.CallBackAsync(wrong, None));
        Assert.Equal(ObservedPower.Paused, (await world.A.Driver.ObserveAsync(wrong, None)).Power);
        Assert.Equal("DiskInUse", await ReasonAsync(() => world.A.Driver.RemoveAsync(wrong, None)));
        Assert.True(File.Exists(DiskOf(vm)));
        Assert.Equal(ObservedPower.Running, (await world.B.Driver.ObserveAsync(run, None)).Power);
    }

    [SkippableFact]
    public async Task A_vm_that_is_off_needs_no_journey()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = Assignments.New(ProbeGuest.DiskBoot) with { Power = DesiredPower.Stopped };
        await world.A.Driver.PrepareAsync(vm, None);
        var cold = Shared with { Algorithm = MoveAlgorithm.Cold, TargetIncarnation = 2 };
        var target = vm with { Incarnation = 2, Generation = 2, Move = cold with { Role = MoveRole.Target, PeerHostId = "host_a" } };
        await world.B.Driver.ReceiveAsync(target, None);
        Assert.Equal(MovePhase.Loaded, (await world.B.Driver.ObserveAsync(target, None)).Move!.Phase);
        var source = vm with { Generation = 2, Move = cold with { PeerHostId = "host_b", Ready = true } };
        await world.A.Driver.SendAsync(source, _ => { }, None);
        Assert.Equal(MovePhase.HandedOver, (await world.A.Driver.ObserveAsync(source, None)).Move!.Phase);

        var there = target with { Move = null, Generation = 3, Power = DesiredPower.Running };
        await world.B.Driver.PrepareAsync(there, None);
        await world.A.Driver.RemoveAsync(source with { Departed = true }, None);
        await world.B.Driver.StartAsync(there, None);
        Assert.Equal(ObservedPower.Running, (await world.B.Driver.ObserveAsync(there, None)).Power);
    }

    [SkippableFact]
    public async Task Who_is_told_wrongly_where_the_disk_is_refuses_and_replaces_nothing()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = Assignments.New(ProbeGuest.DiskBoot);
        var missing = vm with { Move = Shared with { Role = MoveRole.Target, PeerHostId = "host_a" } };
        Assert.Equal("FilesLost", await ReasonAsync(() => world.B.Driver.ReceiveAsync(missing, None)));

        await world.A.Driver.PrepareAsync(vm, None);
        var made = File.GetLastWriteTimeUtc(DiskOf(vm));
        var copied = missing with { Move = missing.Move! with { SharedDisk = false } };
        Assert.Equal("DiskIsShared", await ReasonAsync(() => world.B.Driver.ReceiveAsync(copied, None)));
        Assert.Equal(made, File.GetLastWriteTimeUtc(DiskOf(vm)));

        await using var alone = new QemuWorld(null, () => new("", "", ""));
        Assert.Equal("NoSharedDisks", await ReasonAsync(() => alone.Driver.ReceiveAsync(missing, None)));
    }

    [SkippableFact]
    public async Task A_vm_that_begins_again_on_another_host_finds_its_disk_there()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var sum = await QemuMoveWorld.FillDiskAsync(world.A, vm);
        var again = vm with { Incarnation = 2, Generation = 2, DiskGiB = 2 };
        await world.B.Driver.PrepareAsync(again, None);
        Assert.Equal("DiskInUse", await ReasonAsync(() => world.B.Driver.StartAsync(again, None)));
        Assert.Single(world.A.ProcessesOf(vm)).Kill();
        await Eventually.HoldsAsync(() => world.A.ProcessesOf(vm).Count == 0, "the first has ended");

        await world.B.Driver.StartAsync(again, None);
        await world.B.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready vm=");
        await world.B.TypeAsync(vm, "sh");
        Assert.Equal(sum, await QemuMoveWorld.SumOfDiskAsync(world.B, vm));
        await world.A.Driver.RemoveAsync(vm with { Departed = true }, None);
        Assert.True(File.Exists(DiskOf(vm)));
    }

    private static async Task<string> ReasonAsync(Func<Task> call) => (await Assert.ThrowsAsync<VmDriverException>(call)).Reason;

    private string DiskOf(VmAssignment vm) => Path.Combine(storage, vm.VmId + ".qcow2");
}
