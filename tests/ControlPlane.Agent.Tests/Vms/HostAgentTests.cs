using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Vms;

/// <summary>The agent as a whole: assignments in, reports out, a simulated host and a clock that the test moves.</summary>
public sealed class HostAgentTests : IAsyncLifetime
{
    private readonly AgentWorld world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_vm_goes_through_its_life_and_each_generation_is_reported()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        Assert.Equal(["Prepare", "Start"], world.Driver.Names);
        vm = await AssignedAsync(vm.Then(DesiredPower.Paused), ObservedPower.Paused);
        vm = await AssignedAsync(vm.Then(DesiredPower.Running), ObservedPower.Running);
        vm = await AssignedAsync(vm.Then(DesiredPower.Running) with { RebootCount = 1 }, ObservedPower.Running);
        Assert.Single(world.Driver.Names, name => name == "Reboot");
        vm = await AssignedAsync(vm.Then(DesiredPower.Stopped), ObservedPower.Stopped);
        vm = await AssignedAsync(vm.Then(DesiredPower.Absent), ObservedPower.Absent);
        Assert.Empty(await world.Driver.ListAsync(CancellationToken.None));

        // Its supervisor has ended; a new incarnation begins a new one.
        await AssignedAsync(vm.Then(DesiredPower.Running) with { Incarnation = 2 }, ObservedPower.Running);
    }

    [Fact]
    public async Task Sequences_grow_and_generations_never_fall()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        for (var turn = 0; turn < 3; turn++)
        {
            vm = await AssignedAsync(vm.Then(DesiredPower.Paused), ObservedPower.Paused);
            vm = await AssignedAsync(vm.Then(DesiredPower.Running), ObservedPower.Running);
        }

        var seen = world.Link.Of(vm.VmId);
        Assert.Equal(seen.Select(one => one.Sequence).Distinct().Order(), seen.Select(one => one.Sequence));
        Assert.Equal(seen.Select(one => one.Generation).Order(), seen.Select(one => one.Generation));
    }

    [Fact]
    public async Task A_guest_that_keeps_dying_is_started_again_after_delays_that_double()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        foreach (var (expectedSeconds, restarts) in ((double, int)[])[(1, 1), (2, 2), (4, 3), (8, 4)])
        {
            var died = world.Time.GetUtcNow();
            world.Driver.World.Kill(vm.VmId);
            await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Starting || seen.Restarts == restarts);
            await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Running && seen.Restarts == restarts);
            var waited = (world.Driver.Calls.Last(call => call.Call == "Start").At - died).TotalSeconds;
            // The clock moves on by tenths of seconds while the agent works; only too early would be wrong.
            Assert.InRange(waited, expectedSeconds, double.MaxValue);
        }

        var last = world.Link.Of(vm.VmId)[^1];
        Assert.Equal("TRUE", Assert.Single(last.Conditions, condition => condition.Type == "CrashLooping").Status);
        Assert.Equal(vm.Generation, last.Generation);
        Assert.Null(last.Failure);
    }

    [Fact]
    public async Task The_death_of_a_guest_is_seen_at_once_also_when_it_was_told_something_just_before()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New() with { RestartRule = RestartRule.Never });
        for (var turn = 0; turn < 20; turn++) { vm = await AssignedAsync(vm.Then(DesiredPower.Running), ObservedPower.Running); }

        world.Driver.World.Kill(vm.VmId);

        // The clock stands still.
        await Eventually.HoldsAsync(() => world.Link.Of(vm.VmId)[^1].Power == ObservedPower.Failed, "it is told that the guest has died");
    }

    [Fact]
    public async Task A_guest_that_powers_off_stays_off_under_on_failure_and_comes_back_when_its_process_dies()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New() with { RestartRule = RestartRule.OnFailure });
        world.Driver.World.Kill(vm.VmId);
        await world.ReportedAsync(vm, seen => seen is { Power: ObservedPower.Running, Restarts: 1 });
        world.Driver.World.PowerOffGuest(vm.VmId);
        var off = await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Stopped);
        Assert.Null(off.Failure);
        Assert.Equal("GuestPoweredOff", Assert.Single(off.Conditions, condition => condition.Type == "GuestEnded").Reason);
        Assert.Equal(2, world.Driver.Names.Count(name => name == "Start"));

        var again = vm.Then(DesiredPower.Running);
        world.Link.Assign(again);
        Assert.Equal(0, (await world.ReachedAsync(again, ObservedPower.Running)).Restarts);
    }

    [Fact]
    public async Task A_guest_that_shall_never_be_restarted_is_failed_when_its_process_dies()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New() with { RestartRule = RestartRule.Never });
        world.Driver.World.Kill(vm.VmId);
        var failed = await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Failed);
        Assert.Equal("ProcessDied", failed.FailureReason);
        Assert.Single(world.Driver.Names, name => name == "Start");
    }

    [Fact]
    public async Task A_start_that_fails_is_reported_and_not_tried_again_before_the_next_generation()
    {
        world.Driver.Before = (call, _, _) => call == "Start" ? throw new VmDriverException("StartFailed", "no luck") : Task.CompletedTask;
        world.Run();
        var vm = Assignments.New();
        world.Link.Assign(vm);
        var failed = await world.ReportedAsync(vm, seen => seen.Failure is not null);
        Assert.Equal((ObservedPower.Failed, vm.Generation), (failed.Power, failed.Generation));
        Assert.Equal(("StartFailed", "no luck", vm.Generation), (failed.FailureReason, failed.Failure, failed.PreparedGeneration));
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Single(world.Driver.Names, name => name == "Start");

        world.Driver.Before = (_, _, _) => Task.CompletedTask;
        await AssignedAsync(vm.Then(DesiredPower.Running), ObservedPower.Running);
    }

    [Fact]
    public async Task A_vm_that_cannot_be_looked_at_fails_its_generation_and_serves_the_next()
    {
        world.Driver.Before = (call, _, _) =>
            call == "Observe" ? throw new VmDriverException("RecordUnreadable", "it is torn") : Task.CompletedTask;
        world.Run();
        var vm = Assignments.New();
        world.Link.Assign(vm);
        var failed = await world.ReportedAsync(vm, seen => seen.Failure is not null);
        Assert.Equal(("RecordUnreadable", vm.Generation), (failed.FailureReason, failed.Generation));

        world.Driver.Before = (_, _, _) => Task.CompletedTask;
        await AssignedAsync(vm.Then(DesiredPower.Running), ObservedPower.Running);
    }

    [Fact]
    public async Task A_fault_that_is_no_drivers_refusal_fails_the_generation_too()
    {
        world.Driver.Before = (call, _, _) => call == "Prepare" ? throw new InvalidOperationException("a bug") : Task.CompletedTask;
        world.Run();
        var vm = Assignments.New();
        world.Link.Assign(vm);
        var failed = await world.ReportedAsync(vm, seen => seen.Failure is not null);
        Assert.Equal(("DriverFault", 0), (failed.FailureReason, failed.PreparedGeneration));
    }

    [Fact]
    public async Task While_a_guest_starts_its_files_are_said_to_be_made()
    {
        var started = new TaskCompletionSource();
        world.Driver.Before = (call, _, ct) => call == "Start" ? started.Task.WaitAsync(ct) : Task.CompletedTask;
        world.Run();
        var vm = Assignments.New();
        world.Link.Assign(vm);
        var starting = await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Starting);
        Assert.Equal((0, vm.Generation), (starting.Generation, starting.PreparedGeneration));
        started.SetResult();
        await world.ReachedAsync(vm, ObservedPower.Running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_vm_that_rests_is_looked_at_now_and_then_unless_its_driver_tells_of_every_change(bool tells)
    {
        // To prepare it, to start it, to see that it runs, and to rest.
        const int looksUntilRest = 4;
        var looks = 0;
        world.Driver.TellsOfEveryChange = tells;
        var vm = Assignments.New();
        world.Driver.Before = (call, seen, _) =>
        {
            looks += call == "Observe" && seen!.VmId == vm.VmId ? 1 : 0;
            return Task.CompletedTask;
        };
        world.Run();
        world.Link.Assign(vm);
        await world.ReachedAsync(vm, ObservedPower.Running);
        if (!tells)
        {
            await world.UntilAsync(() => looks > 2 * looksUntilRest, "it is looked at again and again", stepSeconds: 10);
            return;
        }

        await world.UntilAsync(() => looks == looksUntilRest, "it rests");
        world.Time.Advance(TimeSpan.FromHours(1));
        await RunningAsync(Assignments.New());
        Assert.Equal(looksUntilRest, looks);
    }

    [Fact]
    public async Task A_restart_that_fails_is_tried_again_more_slowly()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        world.Driver.Before = (call, _, _) => call == "Start" ? throw new VmDriverException("NoMemory", "no room") : Task.CompletedTask;
        world.Driver.World.Kill(vm.VmId);
        await world.UntilAsync(() => world.Driver.Names.Count(name => name == "Start") >= 5, "four more tries");
        var tries = world.Driver.Calls.Where(call => call.Call == "Start").Select(call => call.At).Skip(1).ToList();
        var gaps = tries.Zip(tries.Skip(1), (first, second) => (second - first).TotalSeconds).ToList();
        Assert.All(gaps.Zip([2.0, 4.0, 8.0]), pair => Assert.True(pair.First >= pair.Second, $"{pair.First} s instead of {pair.Second} s"));

        world.Driver.Before = (_, _, _) => Task.CompletedTask;
        await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Running, stepSeconds: 1);
    }

    [Fact]
    public async Task A_forced_stop_ends_the_wait_of_a_graceful_one()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        world.Driver.Before = (call, _, ct) => call == "StopGraceful" ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask;
        var graceful = vm.Then(DesiredPower.Stopped);
        world.Link.Assign(graceful);
        await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Stopping);
        await AssignedAsync(graceful.Then(DesiredPower.Stopped) with { StopMode = ShutdownMode.Forced }, ObservedPower.Stopped);
        Assert.DoesNotContain(world.Link.Of(vm.VmId), seen => seen.Failure is not null);
    }

    [Fact]
    public async Task A_stop_that_times_out_is_told_with_the_guest_running_and_is_reached_when_it_stops_after_all()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        var stop = vm.Then(DesiredPower.Stopped) with { Simulation = new Simulation { StopFaultRate = 1 } };
        world.Link.Assign(stop);
        var failed = await world.ReportedAsync(stop, seen => seen.Failure is not null);
        Assert.Equal((ObservedPower.Running, "StopTimedOut", stop.Generation), (failed.Power, failed.FailureReason, failed.Generation));
        Assert.Single(world.Driver.Names, name => name == "StopGraceful");

        world.Driver.World.PowerOffGuest(vm.VmId);
        await world.ReachedAsync(stop, ObservedPower.Stopped);
    }

    [Fact]
    public async Task An_older_incarnation_or_generation_changes_nothing()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New() with { Incarnation = 3, Generation = 10 });
        world.Link.Assign(vm with { Incarnation = 2, Generation = 50, Power = DesiredPower.Absent });
        world.Link.Assign(vm with { Generation = 9, Power = DesiredPower.Absent });
        var other = await RunningAsync(Assignments.New());
        Assert.DoesNotContain("Remove", world.Driver.Names);
        Assert.NotEqual(vm.VmId, other.VmId);
    }

    [Fact]
    public async Task A_report_that_was_not_taken_is_sent_until_it_is()
    {
        world.Link.ReportsToRefuse = 5;
        world.Link.WaitsToFail = 3;
        world.Run();
        await RunningAsync(Assignments.New());
        Assert.Equal(0, world.Link.ReportsToRefuse);
        Assert.Equal(0, world.Link.WaitsToFail);
    }

    [Fact]
    public async Task Many_vms_are_reported_in_bounded_pages_and_worked_on_in_bounded_numbers()
    {
        world.Options.MaxConcurrentDriverCalls = 8;
        world.Driver.Before = (_, _, _) => Task.Delay(1);
        world.Link.ReportsToRefuse = 2;
        var vms = Enumerable.Range(0, 1500).Select(_ => Assignments.New()).ToArray();
        world.Link.Assign(vms);
        world.Run();
        await world.UntilAsync(
            () => world.Link.Reports.SelectMany(report => report.Vms).Where(vm => vm.Power == ObservedPower.Running)
                .Select(vm => vm.VmId).Distinct().Count() == vms.Length,
            "all run");
        Assert.All(world.Link.Reports, report => Assert.InRange(report.Vms.Count, 0, 256));
        Assert.InRange(world.Driver.MostAtOnce, 1, 8);
        // Two pages make the first full state, and nothing is a stray meanwhile.
        Assert.DoesNotContain(world.Link.Reports, report => report.Conditions is [{ Status: "TRUE" }]);
    }

    [Fact]
    public async Task What_no_record_owns_is_reported_and_left_alone()
    {
        var stray = Assignments.New() with { VmId = "vm_stray" };
        await world.Driver.World.PrepareAsync(stray, CancellationToken.None);
        world.Run();
        await RunningAsync(Assignments.New());
        await world.UntilAsync(() => Strays() is { Status: "TRUE" }, "the stray is told of");
        Assert.Contains("vm_stray", Strays()!.Message);
        Assert.Equal("host_test", world.Link.Reports.Last(report => report.Conditions is not null).HostId);

        await world.Driver.World.RemoveAsync(stray, CancellationToken.None);
        await world.UntilAsync(() => Strays() is { Status: "FALSE" }, "it is said to be gone");
        Assert.DoesNotContain("Remove", world.Driver.Names);
    }

    [Fact]
    public async Task A_stop_of_the_agent_leaves_guests_running_and_the_next_agent_takes_them_up_without_a_step()
    {
        world.Run();
        var vm = await RunningAsync(Assignments.New());
        var last = world.Link.Of(vm.VmId)[^1];
        await world.StopAsync();
        Assert.Equal(ObservedPower.Running, (await world.Driver.ObserveAsync(vm, CancellationToken.None)).Power);

        await using var next = new AgentWorld();
        next.Link.Assign(vm with { LastObserved = last.Power, LastObservedGeneration = last.Generation });
        next.Run();
        await next.ReachedAsync(vm, ObservedPower.Running);
        Assert.Empty(next.Driver.Names);
    }

    [Fact]
    public async Task Facts_are_reported_once_announced()
    {
        world.Run();
        world.Agent.Announce(new HostFacts
        {
            MachineName = "m", Vcpus = 1, MemoryMiB = 1, DiskGiB = 1, CpuModel = "c", CpuFlags = [], NumaNodes = [], KernelVersion = "k",
            Engines = [],
        });
        await world.UntilAsync(() => world.Link.Reports.Any(report => report.Facts?.MachineName == "m"), "the facts arrive");
    }

    private AgentCondition? Strays() =>
        world.Link.Reports.LastOrDefault(report => report.Conditions is not null)?.Conditions!.Single(one => one.Type == "StrayProcesses");

    private Task<VmAssignment> RunningAsync(VmAssignment vm) => AssignedAsync(vm, ObservedPower.Running);

    private async Task<VmAssignment> AssignedAsync(VmAssignment vm, ObservedPower expected)
    {
        world.Link.Assign(vm);
        await world.ReachedAsync(vm, expected);
        return vm;
    }
}
