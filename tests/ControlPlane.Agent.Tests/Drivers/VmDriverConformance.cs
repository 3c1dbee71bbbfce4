using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers;

/// <summary>What every driver must do. Each driver's own tests inherit it.</summary>
public abstract class VmDriverConformance : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected abstract IVmDriver Driver { get; }

    /// <summary>The driver of another host, to which VMs can move.</summary>
    protected abstract IVmDriver Elsewhere { get; }

    /// <summary>A VM that boots on this driver.</summary>
    protected abstract VmAssignment NewVm();

    /// <summary>Lets the VM's process die without asking anybody.</summary>
    protected abstract Task KillProcessAsync(VmAssignment vm);

    /// <summary>Lets the guest switch itself off.</summary>
    protected abstract Task PowerOffGuestAsync(VmAssignment vm);

    /// <summary>Whether anything of the VM can be found by other means than the driver.</summary>
    protected abstract bool LeavesTraces(VmAssignment vm);

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [SkippableFact]
    public async Task A_vm_goes_through_its_whole_life_with_every_step_taken_twice()
    {
        var vm = NewVm();
        Assert.Equal(ObservedPower.Absent, await PowerAsync(vm));

        await TwiceAsync(() => Driver.PrepareAsync(vm, None));
        Assert.Equal(ObservedPower.Stopped, await PowerAsync(vm));

        await TwiceAsync(() => Driver.StartAsync(vm, None));
        var started = await Driver.ObserveAsync(vm, None);
        Assert.Equal(ObservedPower.Running, started.Power);
        Assert.NotNull(started.StartedAt);
        await Driver.Console(vm.VmId)!.FollowUntilAsync($"probe vm={vm.Name} ");

        var paused = vm.Then(DesiredPower.Paused);
        await TwiceAsync(() => Driver.PauseAsync(paused, None));
        Assert.Equal(ObservedPower.Paused, await PowerAsync(paused));

        await TwiceAsync(() => Driver.ResumeAsync(paused, None));
        var resumed = await Driver.ObserveAsync(paused, None);
        Assert.Equal(ObservedPower.Running, resumed.Power);
        Assert.Equal(started.ProcessId, resumed.ProcessId);
        Assert.Equal(started.StartedAt, resumed.StartedAt);

        var stopped = paused.Then(DesiredPower.Stopped);
        await TwiceAsync(() => Driver.StopAsync(stopped, None));
        var atRest = await Driver.ObserveAsync(stopped, None);
        Assert.Equal(ObservedPower.Stopped, atRest.Power);
        Assert.Null(atRest.GuestPoweredOff);
        Assert.Null(atRest.ProcessId);

        await TwiceAsync(() => Driver.RemoveAsync(vm, None));
        Assert.Equal(ObservedPower.Absent, await PowerAsync(vm));
        Assert.DoesNotContain(vm.VmId, await Driver.ListAsync(None));
        Assert.False(LeavesTraces(vm));
    }

    [SkippableFact]
    public async Task A_running_vm_is_removed_with_everything_it_has()
    {
        var vm = await RunningAsync();
        Assert.Contains(vm.VmId, await Driver.ListAsync(None));
        await Driver.RemoveAsync(vm, None);
        Assert.Equal(ObservedPower.Absent, await PowerAsync(vm));
        Assert.Null(Driver.Console(vm.VmId));
        Assert.False(LeavesTraces(vm));
    }

    [SkippableFact]
    public async Task A_forced_stop_needs_no_guest_that_answers()
    {
        var vm = await RunningAsync();
        var stopped = vm.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced };
        await Driver.StopAsync(stopped, None);
        Assert.Equal(ObservedPower.Stopped, await PowerAsync(stopped));
    }

    [SkippableTheory]
    [InlineData(ShutdownMode.Graceful)]
    [InlineData(ShutdownMode.Forced)]
    public async Task A_reboot_boots_the_guest_again_once_in_the_same_process(ShutdownMode mode)
    {
        var vm = await RunningAsync();
        var before = await Driver.ObserveAsync(vm, None);
        await Driver.Console(vm.VmId)!.FollowUntilAsync($"probe vm={vm.Name} boot=");

        var rebooted = vm.Then(DesiredPower.Running) with { RebootCount = 1, RebootMode = mode };
        await TwiceAsync(() => Driver.RebootAsync(rebooted, None));
        var after = await Driver.ObserveAsync(rebooted, None);
        Assert.Equal(ObservedPower.Running, after.Power);
        Assert.Equal(1, after.RebootsDone);
        Assert.Equal(before.ProcessId, after.ProcessId);

        var text = await Driver.Console(vm.VmId)!.FollowUntilAsync(@"(?s)probe vm=\S+ boot=(\S+) .*probe vm=\S+ boot=(?!\1 )\S+ ");
        Assert.Equal(2, BootsIn(text));
    }

    [SkippableFact]
    public async Task A_start_does_the_reboots_that_were_asked_for_before_it()
    {
        var vm = NewVm() with { RebootCount = 7 };
        await Driver.PrepareAsync(vm, None);
        await Driver.StartAsync(vm, None);
        Assert.Equal(7, (await Driver.ObserveAsync(vm, None)).RebootsDone);
    }

    [SkippableFact]
    public async Task The_death_of_the_process_is_noticed_and_told_apart_from_a_power_off()
    {
        var vm = await RunningAsync();
        var exit = Driver.WaitExitAsync(vm, None);
        Assert.False(exit.IsCompleted);
        await KillProcessAsync(vm);
        await exit.WaitAsync(Eventually.Limit);
        var seen = await Driver.ObserveAsync(vm, None);
        Assert.Equal(ObservedPower.Stopped, seen.Power);
        Assert.False(seen.GuestPoweredOff);

        await Driver.StartAsync(vm, None);
        Assert.Equal(ObservedPower.Running, await PowerAsync(vm));
        Assert.Null((await Driver.ObserveAsync(vm, None)).GuestPoweredOff);
    }

    [SkippableFact]
    public async Task A_guest_that_powers_itself_off_is_noticed_and_said_to_have_done_so()
    {
        var vm = await RunningAsync();
        await Driver.Console(vm.VmId)!.FollowUntilAsync("probe vm=");
        var exit = Driver.WaitExitAsync(vm, None);
        await PowerOffGuestAsync(vm);
        await exit.WaitAsync(Eventually.Limit);
        var seen = await Driver.ObserveAsync(vm, None);
        Assert.Equal(ObservedPower.Stopped, seen.Power);
        Assert.True(seen.GuestPoweredOff);
        Assert.Null(seen.ProcessId);
        Assert.True((await Driver.ObserveAsync(vm, None)).GuestPoweredOff);
    }

    [SkippableFact]
    public async Task The_wait_for_an_exit_ends_at_once_when_nothing_runs_and_with_its_token_when_something_does()
    {
        var vm = NewVm();
        await Driver.PrepareAsync(vm, None);
        await Driver.WaitExitAsync(vm, None).WaitAsync(Eventually.Limit);
        await Driver.StartAsync(vm, None);
        using var impatience = new CancellationTokenSource();
        var exit = Driver.WaitExitAsync(vm, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exit);
        Assert.Equal(ObservedPower.Running, await PowerAsync(vm));
    }

    [SkippableFact]
    public async Task An_older_incarnation_is_refused_and_changes_nothing()
    {
        var vm = await RunningAsync();
        var newer = vm.Then(DesiredPower.Running) with { Incarnation = 2 };
        await Driver.PrepareAsync(newer, None);
        var stale = vm with { Generation = 99, StopMode = ShutdownMode.Forced };
        foreach (var call in (Func<Task>[])[
            () => Driver.PrepareAsync(stale, None), () => Driver.StartAsync(stale, None), () => Driver.StopAsync(stale, None),
            () => Driver.PauseAsync(stale, None), () => Driver.ResumeAsync(stale, None), () => Driver.RebootAsync(stale, None)])
        {
            Assert.Equal("StaleIncarnation", (await Assert.ThrowsAsync<VmDriverException>(call)).Reason);
        }

        Assert.Equal(ObservedPower.Running, await PowerAsync(newer));
    }

    [SkippableFact]
    public async Task What_was_not_prepared_cannot_be_started_and_what_does_not_run_cannot_be_paused_or_booted_again()
    {
        var vm = NewVm() with { RebootCount = 1 };
        Assert.Equal("NotPrepared", (await Assert.ThrowsAsync<VmDriverException>(() => Driver.StartAsync(vm, None))).Reason);
        await Driver.PrepareAsync(vm, None);
        Assert.Equal("NotRunning", (await Assert.ThrowsAsync<VmDriverException>(() => Driver.PauseAsync(vm, None))).Reason);
        Assert.Equal("NotRunning", (await Assert.ThrowsAsync<VmDriverException>(() => Driver.ResumeAsync(vm, None))).Reason);
        Assert.Equal("NotRunning", (await Assert.ThrowsAsync<VmDriverException>(() => Driver.RebootAsync(vm, None))).Reason);
    }

    [SkippableFact]
    public async Task Stopping_and_removing_what_is_not_there_does_nothing()
    {
        var vm = NewVm();
        await Driver.StopAsync(vm, None);
        await Driver.RemoveAsync(vm, None);
        Assert.Equal(ObservedPower.Absent, await PowerAsync(vm));
        Assert.Null(Driver.Console(vm.VmId));
        Assert.False(LeavesTraces(vm));
    }

    [SkippableFact]
    public async Task A_guest_that_boots_shows_life()
    {
        var vm = await RunningAsync();
        await Eventually.HoldsAsync(
            async () => (await Driver.ObserveAsync(vm, None)).GuestAliveSince is not null, "the guest is seen to live");
    }

    [SkippableFact]
    public async Task Those_who_follow_a_console_are_let_go_when_the_vm_is_removed()
    {
        var vm = await RunningAsync();
        var reading = ReadToEndAsync(Driver.Console(vm.VmId)!);
        await Driver.RemoveAsync(vm, None);
        await reading.WaitAsync(Eventually.Limit);
    }

    [SkippableFact]
    public async Task A_running_vm_moves_with_every_step_taken_twice()
    {
        var (source, target) = await OnItsWayAsync(await RunningAsync());
        await TwiceAsync(() => Driver.SendAsync(source, _ => { }, None));
        var sent = await Driver.ObserveAsync(source, None);
        Assert.Equal((ObservedPower.Paused, MovePhase.HandedOver), (sent.Power, sent.Move!.Phase));
        await Eventually.HoldsAsync(
            async () => (await Elsewhere.ObserveAsync(target, None)).Move!.Phase == MovePhase.Loaded, "the target has loaded");
        Assert.Equal(ObservedPower.Paused, (await Elsewhere.ObserveAsync(target, None)).Power);

        var run = target.Then(DesiredPower.Running) with { Move = null };
        await TwiceAsync(() => Elsewhere.PrepareAsync(run, None));
        await TwiceAsync(() => Elsewhere.ResumeAsync(run, None));
        await TwiceAsync(() => Driver.RemoveAsync(source with { Move = null, Power = DesiredPower.Absent, Departed = true }, None));
        Assert.Equal(ObservedPower.Absent, (await Driver.ObserveAsync(source, None)).Power);
        var there = await Elsewhere.ObserveAsync(run, None);
        Assert.Equal((ObservedPower.Running, null), (there.Power, there.Move));
        var exit = Elsewhere.WaitExitAsync(run, None);
        Assert.False(exit.IsCompleted);
        await Elsewhere.RemoveAsync(run, None);
        await exit.WaitAsync(Eventually.Limit);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_move_that_comes_to_nothing_leaves_the_vm_as_it_was(bool wasSent)
    {
        var (source, target) = await OnItsWayAsync(await RunningAsync());
        if (wasSent)
        {
            await Driver.SendAsync(source, _ => { }, None);
        }

        var stays = source.Then(DesiredPower.Running) with { Move = null };
        await TwiceAsync(() => Driver.CallBackAsync(stays, None));
        var here = await Driver.ObserveAsync(stays, None);
        Assert.Equal((ObservedPower.Running, null), (here.Power, here.Move));
        await TwiceAsync(() => Elsewhere.RemoveAsync(target with { Move = null, Power = DesiredPower.Absent, Departed = true }, None));
        Assert.Equal(ObservedPower.Absent, (await Elsewhere.ObserveAsync(target, None)).Power);
    }

    // The target listens, for each end what it is told.
    private async Task<(VmAssignment Source, VmAssignment Target)> OnItsWayAsync(VmAssignment vm)
    {
        var move = new VmMove
        {
            Role = MoveRole.Target, Algorithm = MoveAlgorithm.PreCopy, PeerHostId = vm.HostId, TargetIncarnation = 2, Tls = false,
        };
        var target = vm.Then(DesiredPower.Paused) with { HostId = "host_elsewhere", Incarnation = 2, Move = move };
        await TwiceAsync(() => Elsewhere.ReceiveAsync(target, None));
        var seen = await Elsewhere.ObserveAsync(target, None);
        Assert.Equal((ObservedPower.Paused, MovePhase.Listening), (seen.Power, seen.Move!.Phase));
        var source = vm.Then(DesiredPower.Running) with
        {
            Move = move with
            {
                Role = MoveRole.Source, PeerHostId = "host_elsewhere", Ready = true, MemoryAddress = seen.Move.MemoryAddress,
                DiskAddress = seen.Move.DiskAddress,
            },
        };
        return (source, target);
    }

    protected async Task<VmAssignment> RunningAsync()
    {
        var vm = NewVm();
        await Driver.PrepareAsync(vm, None);
        await Driver.StartAsync(vm, None);
        return vm;
    }

    protected async Task<ObservedPower> PowerAsync(VmAssignment vm) => (await Driver.ObserveAsync(vm, None)).Power;

    protected static int BootsIn(string console) => System.Text.RegularExpressions.Regex.Matches(console, @"probe vm=\S+ boot=(\S+) ")
        .Select(match => match.Groups[1].Value).Distinct().Count();

    private static async Task TwiceAsync(Func<Task> step)
    {
        await step();
        await step();
    }

    private static async Task ReadToEndAsync(IConsoleLog console)
    {
        await foreach (var chunk in console.ReadAsync(follow: true, None))
        {
            Assert.True(chunk.Length > 0);
        }
    }
}
