using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
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
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guest_goes_on_with_its_memory_and_disk_by_every_algorithm(bool isBusy)
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot) with { RebootCount = 3 });
        var sum = await QemuMoveWorld.FillDiskAsync(world.A, vm);
        if (isBusy)
        {
            await world.A.TypeAsync(vm, "while true; do dd if=/dev/urandom of=/dev/vda bs=64k seek=2000 count=16 conv=fsync 2>/dev/null; done &");
        }

        var (from, to) = (world.A, world.B);
        foreach (var move in (VmMove[])[
            QemuMoveWorld.Move(), QemuMoveWorld.Move() with { Tls = false, Channels = 3, AutoConverge = true },
            QemuMoveWorld.Move(MoveAlgorithm.PostCopy), QemuMoveWorld.Move(MoveAlgorithm.Hybrid)])
        {
            vm = await world.GoAsync(vm, move, from, to);
            var seen = await to.Driver.ObserveAsync(vm, None);
            Assert.Equal((ObservedPower.Running, 3), (seen.Power, seen.RebootsDone));
            (from, to) = (to, from);
        }

        await QemuMoveWorld.ItsMemoryIsWholeAsync(from, vm);
        Assert.Equal(sum, await QemuMoveWorld.SumOfDiskAsync(from, vm));
    }

    [SkippableFact]
    public async Task What_is_sent_is_counted_and_that_it_was_handed_over_is_said_only_when_it_stays_true()
    {
        // Reports are a minute apart, and the guest is on its way for long enough for QEMU to be seen counting: how much there is to send
        // is in a report that does not wait.
        await using var rare = new QemuMoveWorld(options => options.MoveProgressMilliseconds = 60_000);
        var vm = await rare.RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        var (source, target) = await rare.ReceivingAsync(vm, QemuMoveWorld.Move() with { BandwidthMiBPerSecond = 16 });
        var heard = new List<MoveProgress>();
        await rare.A.Driver.SendAsync(source, heard.Add, None);
        Assert.Contains(heard, progress => progress is { Phase: MovePhase.Memory, MemoryBytesTotal: > 100 << 20 });
        Assert.DoesNotContain(heard, progress => progress.Phase == MovePhase.HandedOver);
        var sent = (await rare.A.Driver.ObserveAsync(source, None)).Move!;
        Assert.True(sent is { Phase: MovePhase.HandedOver, DowntimeMs: > 0, TotalMs: > 0, MemoryBytesLeft: 0, PastReturn: false });
        await rare.SwitchAsync(source, target);
    }

    [SkippableFact]
    public async Task A_guest_that_writes_little_is_not_stopped_for_as_long_as_it_may_be()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move() with { DowntimeLimitMs = 2_000 });
        await world.A.Driver.SendAsync(source, _ => { }, None);
        var (limit, passes) = await DowntimeLimitAsync(world.A, vm);
        Assert.InRange(limit, 200, Math.Min(2_000, 200 << (passes - 1)));
        await world.SwitchAsync(source, target);
    }

    [SkippableFact]
    public async Task The_limit_is_used_in_full_where_a_guest_writes_faster_than_it_is_sent()
    {
        var boot = ProbeGuest.KernelBoot;
        var busy = Assignments.New(boot with { KernelCommandLine = $"{boot.KernelCommandLine} probe.dirty_mib=64 probe.memory_mib=24" });
        var vm = await world.RunningAsync(busy with { MemoryMiB = 256, DiskGiB = 0 });
        // It writes once a second, on a fast machine all within a moment of it: a pass over what it writes takes longer than that.
        var move = QemuMoveWorld.Move() with { DowntimeLimitMs = 50, BandwidthMiBPerSecond = 16 };
        await AbandonedAsync(vm, async source =>
        {
            await SendUntilAsync(source, progress => progress.Passes >= 4);
            Assert.Equal(50, (await DowntimeLimitAsync(world.A, vm)).Limit);
            await world.A.Driver.CallBackAsync(source with { Move = null, Generation = source.Generation + 1 }, None);
        }, move: move);
    }

    [SkippableFact]
    public async Task One_that_was_handed_over_and_abandoned_goes_on_where_it_was_and_can_be_moved_again()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move());
        await TwiceAsync(() => world.A.Driver.SendAsync(source, _ => { }, None));
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        Assert.Equal("BeingSent", await ReasonAsync(() => world.A.Driver.ResumeAsync(source, None)));
        Assert.Equal("BeingSent", await ReasonAsync(() => world.A.Driver.StartAsync(source, None)));
        Assert.Equal(ObservedPower.Paused, (await world.A.Driver.ObserveAsync(source, None)).Power);

        var run = source with { Move = null, Generation = source.Generation + 1 };
        await TwiceAsync(() => world.A.Driver.CallBackAsync(run, None));
        var seen = await world.A.Driver.ObserveAsync(run, None);
        Assert.Equal((ObservedPower.Running, null), (seen.Power, seen.Move));
        await QemuMoveWorld.GoesOnAsync(world.A, run, before);

        var (again, there) = await world.ReceivingAsync(run, QemuMoveWorld.Move() with { TargetIncarnation = 3 });
        Assert.Equal("StaleIncarnation", await ReasonAsync(() => world.B.Driver.ReceiveAsync(target, None)));
        await DieBeforeMemoryIsSentAsync(again);
        Assert.Equal((ObservedPower.Running, MovePhase.Memory), await PowerAndPhaseAsync(world.A, again));
        await world.A.Driver.SendAsync(again, _ => { }, None);
        before = await QemuMoveWorld.LastAsync(world.A, vm);
        await QemuMoveWorld.GoesOnAsync(world.B, await world.SwitchAsync(again, there), before);
    }

    [SkippableFact]
    public async Task Both_ends_are_taken_up_by_new_drivers_at_every_point()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move() with { BandwidthMiBPerSecond = 32 });
        await world.B.RestartDriverAsync();
        var listening = (await world.B.Driver.ObserveAsync(target, None)).Move!;
        Assert.Equal((MovePhase.Listening, source.Move!.MemoryAddress), (listening.Phase, listening.MemoryAddress));
        await world.B.Driver.ReceiveAsync(target, None);

        foreach (var phase in (MovePhase[])[MovePhase.Disk, MovePhase.Memory])
        {
            await SendUntilAsync(source, phase);
            await world.A.RestartDriverAsync();
            await world.B.RestartDriverAsync();
            Assert.InRange((await world.A.Driver.ObserveAsync(source, None)).Move!.Phase, phase, MovePhase.Memory);
        }

        await world.A.Driver.SendAsync(source, _ => { }, None);
        await world.A.RestartDriverAsync();
        await world.B.RestartDriverAsync();
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        await QemuMoveWorld.GoesOnAsync(world.B, await world.SwitchAsync(source, target, filesFirst: true), before);
    }

    [SkippableFact]
    public async Task Whatever_fails_on_the_way_the_guest_runs_on_at_the_source_and_nothing_is_left_of_it()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        foreach (var phase in (MovePhase[])[MovePhase.Disk, MovePhase.Memory])
        {
            vm = await AbandonedAsync(vm, async source =>
            {
                await SendUntilAsync(source, phase);
                await world.A.Driver.CallBackAsync(source with { Move = null, Generation = source.Generation + 1 }, None);
            });
        }

        vm = await AbandonedAsync(vm, async source =>
        {
            await SendUntilAsync(source, MovePhase.Memory);
            Assert.Single(world.B.ProcessesOf(source)).Kill();
            Assert.Contains(await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None)), (string[])["MigrationFailed", "DiskNotSent"]);
        });
        world.Shows["host_a"] = "host_other";
        vm = await AbandonedAsync(vm, async source =>
            Assert.Equal("SendFailed", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None))));
        world.Shows["host_a"] = "host_a";
        world.Shows["host_b"] = "host_other";
        vm = await AbandonedAsync(vm, async source =>
            Assert.Equal("SendFailed", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None))));
        await QemuMoveWorld.GoesOnAsync(world.A, vm, before);
    }

    [SkippableFact]
    public async Task A_stranger_is_let_in_neither_for_memory_nor_by_a_source_that_sends_memory_alone()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot) with { DiskGiB = 0 });
        foreach (var stranger in (string[])["host_a", "host_b"])
        {
            world.Shows[stranger] = "host_other";
            vm = await AbandonedAsync(vm, async source =>
                Assert.Equal("MigrationFailed", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None))));
            world.Shows.Clear();
        }

        await QemuMoveWorld.GoesOnAsync(world.A, vm, await QemuMoveWorld.LastAsync(world.A, vm));
    }

    [SkippableFact]
    public async Task Devices_that_do_not_fit_are_found_while_the_guest_still_runs_at_the_source()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot) with { DiskGiB = 0 });
        var (source, target) = await world.ReceivingAsync(vm with { Vcpus = 2 }, QemuMoveWorld.Move());
        Assert.Equal("MigrationFailed", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None)));
        await Eventually.HoldsAsync(() => world.B.ProcessesOf(target).Count == 0, "the target's process has ended");
        Assert.Equal("IncomingLost", await ReasonAsync(() => world.B.Driver.ReceiveAsync(target, None)));
        Assert.Equal(ObservedPower.Running, (await world.A.Driver.ObserveAsync(source, None)).Power);
    }

    [SkippableFact]
    public async Task A_guest_that_switches_itself_off_on_the_way_is_off_at_the_source()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot) with { DiskGiB = 0 });
        var (source, _) = await world.ReceivingAsync(vm, QemuMoveWorld.Move() with { BandwidthMiBPerSecond = 8 });
        await SendUntilAsync(source, MovePhase.Memory);
        await world.A.TypeAsync(vm, "poweroff");
        Assert.Equal("GuestEnded", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None)));
        var seen = await world.A.Driver.ObserveAsync(source, None);
        Assert.Equal((ObservedPower.Stopped, true, null), (seen.Power, seen.GuestPoweredOff, seen.Move));
    }

    [SkippableFact]
    public async Task A_guest_that_stands_still_is_moved_so_and_goes_on_when_it_is_let()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        vm = vm.Then(DesiredPower.Paused);
        await world.A.Driver.PauseAsync(vm, None);
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move());
        await world.A.Driver.SendAsync(source, _ => { }, None);
        var there = await world.SwitchAsync(source, target);
        Assert.Equal(ObservedPower.Paused, (await world.B.Driver.ObserveAsync(there, None)).Power);
        await AbandonedAsync(there, async back =>
            Assert.Equal("NotRunSinceMove", await ReasonAsync(() => world.B.Driver.SendAsync(back, _ => { }, None))), world.B, world.A);

        var run = there.Then(DesiredPower.Running);
        await world.B.Driver.ResumeAsync(run, None);
        await QemuMoveWorld.GoesOnAsync(world.B, run, before);
    }

    [SkippableFact]
    public async Task A_memory_of_which_this_QEMU_loses_pages_is_not_sent_while_it_is_written()
    {
        var vm = Assignments.New(ProbeGuest.KernelBoot) with { DiskGiB = 0 };
        var version = (await QemuVersion.AskAsync(world.A.Options, TimeProvider.System, None))!;
        Skip.If(version.Major >= 9, "This QEMU loses none.");
        ProbeGuest.SkipUnlessBuilt();
        await world.A.Driver.PrepareAsync(vm, None);
        var line = new QemuCommandLine(world.A.Options, new QemuVersion(9, 0, 0), 0).Build(vm, world.A.DirectoryOf(vm), hasSeed: false);
        QemuSpawn.Start(world.A.DirectoryOf(vm), line);
        await world.A.Driver.StartAsync(vm, None);
        await AbandonedAsync(vm, async source =>
            Assert.Equal("PagesWouldBeLost", await ReasonAsync(() => world.A.Driver.SendAsync(source, _ => { }, None))));
    }

    [SkippableFact]
    public async Task A_guest_past_the_point_of_no_return_is_not_called_back_and_its_source_stays_until_the_last_page_has_gone()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        var move = QemuMoveWorld.Move(MoveAlgorithm.PostCopy) with { BandwidthMiBPerSecond = 32 };
        var (source, target) = await world.ReceivingAsync(vm, move);
        await world.A.Driver.SendAsync(source, _ => { }, None);
        var sent = (await world.A.Driver.ObserveAsync(source, None)).Move!;
        Assert.True(sent is { Phase: MovePhase.HandedOver, PastReturn: true, MemoryBytesLeft: > 0 });
        var before = await QemuMoveWorld.LastAsync(world.A, vm);
        var back = source with { Move = null, Generation = source.Generation + 1 };
        Assert.Equal("PastReturn", await ReasonAsync(() => world.A.Driver.CallBackAsync(back, None)));
        Assert.Equal("PastReturn", await ReasonAsync(() => world.A.Driver.ResumeAsync(back, None)));

        world.A.Options.MoveLastPagesSeconds = 0;
        var gone = source with { Departed = true, Power = DesiredPower.Absent };
        Assert.Equal("PagesStillNeeded", await ReasonAsync(() => world.A.Driver.RemoveAsync(gone, None)));
        world.A.Options.MoveLastPagesSeconds = 60;
        var run = await world.SwitchAsync(source, target);
        await QemuMoveWorld.GoesOnAsync(world.B, run, before);
    }

    [SkippableFact]
    public async Task A_vm_that_is_off_arrives_with_its_disk_and_starts_there()
    {
        var vm = await world.RunningAsync(Assignments.New(ProbeGuest.DiskBoot));
        var sum = await QemuMoveWorld.FillDiskAsync(world.A, vm);
        vm = vm.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced };
        await world.A.Driver.StopAsync(vm, None);

        var (source, target) = await world.ReceivingAsync(vm, QemuMoveWorld.Move(MoveAlgorithm.Cold));
        await SendUntilAsync(source, MovePhase.Disk);
        await world.A.RestartDriverAsync();
        await world.B.RestartDriverAsync();
        Assert.Equal((ObservedPower.Stopped, MovePhase.Disk), await PowerAndPhaseAsync(world.A, source));
        Assert.Equal((ObservedPower.Paused, MovePhase.Listening), await PowerAndPhaseAsync(world.B, target));
        Assert.Equal("NotLoaded", await ReasonAsync(() => world.B.Driver.StartAsync(target with { Move = null }, None)));

        await TwiceAsync(() => world.A.Driver.SendAsync(source, _ => { }, None));
        Assert.Equal((ObservedPower.Stopped, MovePhase.HandedOver), await PowerAndPhaseAsync(world.A, source));
        Assert.Empty(world.A.ProcessesOf(vm));
        var off = await world.SwitchAsync(source, target);
        Assert.Equal(ObservedPower.Stopped, (await world.B.Driver.ObserveAsync(off, None)).Power);
        Assert.Empty(world.B.ProcessesOf(vm));

        await world.B.Driver.StartAsync(off.Then(DesiredPower.Running), None);
        await world.B.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready vm=");
        await world.B.TypeAsync(vm, "sh");
        Assert.Equal(sum, await QemuMoveWorld.SumOfDiskAsync(world.B, vm));
    }

    [SkippableFact]
    public async Task A_disk_whose_way_was_cut_is_never_taken_for_whole()
    {
        var vm = Assignments.New(ProbeGuest.DiskBoot) with { Power = DesiredPower.Stopped };
        ProbeGuest.SkipUnlessBuilt();
        await world.A.Driver.PrepareAsync(vm, None);
        await AbandonedAsync(vm, async source =>
        {
            await SendUntilAsync(source, MovePhase.Disk);
            Assert.Single(world.A.ProcessesOf(vm)).Kill();
            await world.A.Driver.CallBackAsync(source with { Move = null, Generation = source.Generation + 1 }, None);
        }, algorithm: MoveAlgorithm.Cold);
        Assert.Equal(ObservedPower.Stopped, (await world.A.Driver.ObserveAsync(vm, None)).Power);
    }

    [SkippableFact]
    public async Task Without_a_certificate_nothing_is_moved_under_tls()
    {
        await using var bare = new QemuWorld(options => options.MoveAddress = "127.0.0.1");
        var target = Assignments.New() with { Move = QemuMoveWorld.Move() with { Role = MoveRole.Target, PeerHostId = "host_a" } };
        Assert.Equal("TlsUnavailable", await ReasonAsync(() => bare.Driver.ReceiveAsync(target, None)));
        Assert.Equal(ObservedPower.Absent, (await bare.Driver.ObserveAsync(target, None)).Power);
        var source = target with { Move = target.Move! with { Role = MoveRole.Source } };
        await bare.Driver.PrepareAsync(source, None);
        Assert.Equal("TlsUnavailable", await ReasonAsync(() => bare.Driver.SendAsync(source, _ => { }, None)));
    }

    private static async Task<string> ReasonAsync(Func<Task> call) => (await Assert.ThrowsAsync<VmDriverException>(call)).Reason;

    private static async Task<(ObservedPower Power, MovePhase? Phase)> PowerAndPhaseAsync(QemuWorld host, VmAssignment vm)
    {
        var seen = await host.Driver.ObserveAsync(vm, None);
        return (seen.Power, seen.Move?.Phase);
    }

    private static async Task TwiceAsync(Func<Task> step)
    {
        await step();
        await step();
    }

    // A move that comes to nothing: what is left at the target goes, and the VM is as it was, at a later generation.
    private async Task<VmAssignment> AbandonedAsync(
        VmAssignment vm, Func<VmAssignment, Task> failAsync, QemuWorld? from = null, QemuWorld? to = null,
        MoveAlgorithm algorithm = MoveAlgorithm.PreCopy, VmMove? move = null)
    {
        (from, to) = (from ?? world.A, to ?? world.B);
        move ??= QemuMoveWorld.Move(algorithm) with { BandwidthMiBPerSecond = 32 };
        var (source, target) = await world.ReceivingAsync(
            vm, move with { TargetIncarnation = vm.Incarnation + vm.Generation }, from, to);
        await failAsync(source);
        var seen = await to.Driver.ObserveAsync(target, None);
        Assert.NotEqual(MovePhase.Loaded, algorithm == MoveAlgorithm.Cold ? seen.Move!.Phase : MovePhase.None);
        await to.Driver.RemoveAsync(target with { Move = null, Power = DesiredPower.Absent }, None);
        var stays = source with { Move = null, Generation = source.Generation + 1 };
        Assert.Null((await from.Driver.ObserveAsync(stays, None)).Move);
        await NothingIsLeftAsync(from, stays);
        return stays;
    }

    private static async Task NothingIsLeftAsync(QemuWorld host, VmAssignment vm)
    {
        if (host.ProcessesOf(vm).Count == 0)
        {
            return;
        }

        await using var copy = await ForeignMonitorAsync(host, vm);
        var nodes = await copy.ExecuteAsync("query-named-block-nodes", null, None);
        Assert.DoesNotContain("move-", nodes.GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await copy.ExecuteAsync("query-jobs", null, None)).EnumerateArray());
    }

    // QEMU answers one client at a time: the driver lets go of it first.
    private static async Task<QmpConnection> ForeignMonitorAsync(QemuWorld host, VmAssignment vm)
    {
        await host.RestartDriverAsync();
        return await QmpConnection.ConnectAsync(
            host.DirectoryOf(vm).Path, VmDirectory.QmpSocket, Eventually.Limit, Eventually.Limit, TimeProvider.System, None);
    }

    // An agent that ended between its own record and QEMU's command, whose QEMU still tells how the attempt before ended.
    private Task DieBeforeMemoryIsSentAsync(VmAssignment source)
    {
        var directory = world.A.DirectoryOf(source);
        return directory.WriteRecordAsync(directory.ReadRecord()! with
        {
            Sending = new()
            {
                TargetIncarnation = source.Move!.TargetIncarnation, Generation = source.Generation, Algorithm = source.Move.Algorithm,
                CopiesDisk = true, WasRunning = true, MemoryBegun = true,
            },
        });
    }

    private static async Task<(int Limit, int Passes)> DowntimeLimitAsync(QemuWorld host, VmAssignment vm)
    {
        await using var copy = await ForeignMonitorAsync(host, vm);
        var passes = (await copy.ExecuteAsync("query-migrate", null, None)).GetProperty("ram").GetProperty("dirty-sync-count").GetInt32();
        return ((await copy.ExecuteAsync("query-migrate-parameters", null, None)).GetProperty("downtime-limit").GetInt32(), passes);
    }

    private Task SendUntilAsync(VmAssignment source, MovePhase phase) => SendUntilAsync(source, progress => progress.Phase == phase);

    // Stops watching, as an agent does that ends, when it is so far.
    private async Task SendUntilAsync(VmAssignment source, Func<MoveProgress, bool> isSoFar)
    {
        using var agent = new CancellationTokenSource();
        var sending = world.A.Driver.SendAsync(source, progress => { if (isSoFar(progress)) { agent.Cancel(); } }, agent.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }
}
