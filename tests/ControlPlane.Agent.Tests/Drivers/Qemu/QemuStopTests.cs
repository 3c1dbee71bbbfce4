using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Stopping guests that listen, that do not, and processes that answer nothing any more.</summary>
[Collection(QemuCollection.Name)]
public sealed class QemuStopTests : IAsyncLifetime
{
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly QemuWorld world = new(options =>
    {
        options.MonitorConnectTimeoutSeconds = 1;
        options.MonitorCommandTimeoutSeconds = 1;
        options.QuitTimeoutSeconds = 1;
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [SkippableFact]
    public async Task A_guest_that_still_boots_is_asked_again_until_it_listens()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        await world.Driver.StopAsync(vm.Then(DesiredPower.Stopped), None);
        Assert.Equal(ObservedPower.Stopped, (await world.Driver.ObserveAsync(vm, None)).Power);
        Assert.Contains("probe-poweroff", await world.Driver.Console(vm.VmId)!.TextAsync());
    }

    [SkippableFact]
    public async Task A_paused_guest_is_let_run_to_hear_that_it_shall_stop()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("probe-ready");
        await world.Driver.PauseAsync(vm, None);
        await world.Driver.StopAsync(vm.Then(DesiredPower.Stopped), None);
        Assert.Contains("probe-poweroff", await world.Driver.Console(vm.VmId)!.TextAsync());
    }

    [SkippableFact]
    public async Task A_paused_guest_counts_no_further_until_it_is_resumed()
    {
        ProbeGuest.SkipUnlessBuilt();
        var vm = await RunningAsync(Assignments.New(ProbeGuest.KernelBoot));
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("counter=1 ");
        await world.Driver.PauseAsync(vm, None);
        var still = await world.Driver.Console(vm.VmId)!.TextAsync();
        // The guest prints each second; nothing but the lapse of one can show that it does not.
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Assert.Equal(still, await world.Driver.Console(vm.VmId)!.TextAsync());
        await world.Driver.ResumeAsync(vm, None);
        await world.Driver.Console(vm.VmId)!.FollowUntilAsync("counter=3 ");
    }

    [SkippableFact]
    public async Task A_guest_that_does_not_listen_in_time_is_left_running_and_the_stop_fails()
    {
        var vm = await RunningAsync(Assignments.New());
        var stop = vm.Then(DesiredPower.Stopped) with { StopTimeoutSeconds = 1 };
        Assert.Equal("StopTimedOut", (await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.StopAsync(stop, None))).Reason);
        Assert.Equal(ObservedPower.Running, (await world.Driver.ObserveAsync(vm, None)).Power);
    }

    [SkippableFact]
    public async Task A_guest_that_does_not_listen_in_time_is_ended_when_that_was_asked_for()
    {
        var vm = await RunningAsync(Assignments.New());
        await world.Driver.StopAsync(vm.Then(DesiredPower.Stopped) with { StopTimeoutSeconds = 1, ForceAfterTimeout = true }, None);
        Assert.Empty(world.ProcessesOf(vm));
    }

    [SkippableFact]
    public async Task A_reboot_that_the_guest_does_not_answer_fails_and_is_not_brought_up_again()
    {
        var vm = await RunningAsync(Assignments.New());
        var reboot = vm.Then(DesiredPower.Running) with { RebootCount = 1, StopTimeoutSeconds = 1 };
        Assert.Equal("StopTimedOut", (await Assert.ThrowsAsync<VmDriverException>(() => world.Driver.RebootAsync(reboot, None))).Reason);
        Assert.Equal(1, (await world.Driver.ObserveAsync(reboot, None)).RebootsDone);
        await world.Driver.RebootAsync(reboot with { RebootCount = 2, ForceAfterTimeout = true, Generation = 3 }, None);
        Assert.Equal(2, (await world.Driver.ObserveAsync(reboot, None)).RebootsDone);
    }

    [SkippableFact]
    public async Task A_graceful_stop_that_is_given_up_leaves_room_for_a_forced_one()
    {
        var vm = await RunningAsync(Assignments.New());
        using var impatience = new CancellationTokenSource();
        var graceful = world.Driver.StopAsync(vm.Then(DesiredPower.Stopped), impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => graceful);
        await world.Driver.StopAsync(vm.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced }, None);
        Assert.Empty(world.ProcessesOf(vm));
    }

    [SkippableFact]
    public async Task A_process_that_answers_nothing_is_said_to_be_silent_and_can_still_be_stopped()
    {
        var vm = await RunningAsync(Assignments.New());
        var process = Assert.Single(world.ProcessesOf(vm));
        SendSignal(process, SigStop);
        var seen = await world.Driver.ObserveAsync(vm, None);
        Assert.False(seen.Responsive);
        Assert.Equal(ObservedPower.Running, seen.Power);

        await world.Driver.StopAsync(vm.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced }, None);
        Assert.False(process.IsAlive());
    }

    [SkippableFact]
    public async Task A_process_that_was_silent_for_a_while_is_heard_again()
    {
        var vm = await RunningAsync(Assignments.New());
        var process = Assert.Single(world.ProcessesOf(vm));
        SendSignal(process, SigStop);
        Assert.False((await world.Driver.ObserveAsync(vm, None)).Responsive);
        SendSignal(process, SigContinue);
        await Eventually.HoldsAsync(async () => (await world.Driver.ObserveAsync(vm, None)).Responsive, "it answers again");
        Assert.Equal(process.Id, (await world.Driver.ObserveAsync(vm, None)).ProcessId);
    }

    private static void SendSignal(QemuProcess process, int signal)
    {
        using var handle = Posix.OpenProcess(process.Id);
        Assert.True(Posix.Signal(handle!, signal));
    }

    private async Task<VmAssignment> RunningAsync(VmAssignment vm)
    {
        await world.Driver.PrepareAsync(vm, None);
        await world.Driver.StartAsync(vm, None);
        return vm;
    }
}
