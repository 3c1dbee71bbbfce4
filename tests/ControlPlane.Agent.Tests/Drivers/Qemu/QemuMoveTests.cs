using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Real guests on their way between two drivers, each with its own directory.</summary>
[Collection(QemuCollection.Name)]
public sealed class QemuMoveTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly QemuMoveWorld world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [SkippableTheory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task A_guest_goes_on_counting_at_the_target_with_its_memory_and_disk(bool tls, int channels)
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot) with { RebootCount = 3 });
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move() with { Tls = tls, Channels = channels });
        var sum = await QemuMoveWorld.FillDiskAsync(world.Source, vm);
        var heard = new List<MoveProgress>();
        await world.Source.Driver.SendAsync(source, heard.Add, None);
        var before = await QemuMoveWorld.LastAsync(world.Source, vm);
        var sent = (await world.Source.Driver.ObserveAsync(source, None)).Move!;
        Assert.True(sent is { DowntimeMs: >= 0, TotalMs: > 0, MemoryBytesLeft: 0, PastReturn: false });
        Assert.Contains(heard, progress => progress.Phase == MovePhase.Memory);
        Assert.DoesNotContain(heard, progress => progress.Phase == MovePhase.HandedOver);

        var run = await world.SwitchAsync(source, target);
        var seen = await world.Target.Driver.ObserveAsync(run, None);
        Assert.Equal((ObservedPower.Running, 3, null), (seen.Power, seen.RebootsDone, seen.Move));
        await QemuMoveWorld.GoesOnAsync(world.Target, run, before);
        Assert.Equal(sum, await QemuMoveWorld.SumOfDiskAsync(world.Target, run));
    }

    [SkippableFact]
    public async Task One_that_was_handed_over_and_abandoned_goes_on_where_it_was_and_can_be_moved_again()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move());
        await TwiceAsync(() => world.Source.Driver.SendAsync(source, _ => { }, None));
        var before = await QemuMoveWorld.LastAsync(world.Source, vm);
        await Assert.ThrowsAsync<VmDriverException>(() => world.Source.Driver.ResumeAsync(source, None));
        Assert.Equal(ObservedPower.Paused, (await world.Source.Driver.ObserveAsync(source, None)).Power);

        var run = source with { Move = null, Generation = source.Generation + 1 };
        await TwiceAsync(() => world.Source.Driver.CallBackAsync(run, None));
        var seen = await world.Source.Driver.ObserveAsync(run, None);
        Assert.Equal((ObservedPower.Running, null), (seen.Power, seen.Move));
        await QemuMoveWorld.GoesOnAsync(world.Source, run, before);

        var next = QemuMoveWorld.Move() with { TargetIncarnation = 3 };
        var (again, there) = await world.ReceivingAsync(run, next);
        Assert.Equal("StaleIncarnation", (await Assert.ThrowsAsync<VmDriverException>(
            () => world.Target.Driver.ReceiveAsync(target, None))).Reason);
        await world.Source.Driver.SendAsync(again, _ => { }, None);
        before = await QemuMoveWorld.LastAsync(world.Source, vm);
        await QemuMoveWorld.GoesOnAsync(world.Target, await world.SwitchAsync(again, there), before);
    }

    [SkippableFact]
    public async Task Both_ends_are_taken_up_by_new_drivers_at_every_point()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move() with { BandwidthMiBPerSecond = 24 });
        await world.Target.RestartDriverAsync();
        var listening = (await world.Target.Driver.ObserveAsync(target, None)).Move!;
        Assert.Equal((MovePhase.Listening, source.Move!.MemoryAddress), (listening.Phase, listening.MemoryAddress));
        await world.Target.Driver.ReceiveAsync(target, None);

        foreach (var phase in (MovePhase[])[MovePhase.Disk, MovePhase.Memory])
        {
            await SendUntilAsync(source, phase);
            await world.Source.RestartDriverAsync();
            await world.Target.RestartDriverAsync();
            Assert.InRange((await world.Source.Driver.ObserveAsync(source, None)).Move!.Phase, phase, MovePhase.Memory);
        }

        await world.Source.Driver.SendAsync(source, _ => { }, None);
        await world.Source.RestartDriverAsync();
        await world.Target.RestartDriverAsync();
        var before = await QemuMoveWorld.LastAsync(world.Source, vm);
        await QemuMoveWorld.GoesOnAsync(world.Target, await world.SwitchAsync(source, target), before);
    }

    // Stops watching, as an agent does that ends, when it is so far.
    private async Task SendUntilAsync(VmAssignment source, MovePhase phase)
    {
        using var agent = new CancellationTokenSource();
        var sending = world.Source.Driver.SendAsync(source, progress => { if (progress.Phase == phase) { agent.Cancel(); } }, agent.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static async Task TwiceAsync(Func<Task> step)
    {
        await step();
        await step();
    }
}
