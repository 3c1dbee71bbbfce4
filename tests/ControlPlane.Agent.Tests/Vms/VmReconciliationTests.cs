using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Vms;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Vms;

public sealed class VmReconciliationTests
{
    private const long Generation = 5;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RestartPacing Pacing = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
    private static readonly ObservedPower[] SeenPowers =
        [ObservedPower.Absent, ObservedPower.Stopped, ObservedPower.Running, ObservedPower.Paused];

    private static readonly VmMemory Fresh = new();
    private static readonly VmMemory Prepared = new() { Prepared = Generation };
    private static readonly VmMemory Settled = new()
    {
        Prepared = Generation, Started = Generation, Settled = Generation, LastPower = ObservedPower.Running,
    };

    [Theory]
    // A new generation, nothing made yet.
    [InlineData(DesiredPower.Stopped, ObservedPower.Absent, false, VmStep.Prepare)]
    [InlineData(DesiredPower.Stopped, ObservedPower.Stopped, false, VmStep.Prepare)]
    [InlineData(DesiredPower.Stopped, ObservedPower.Running, false, VmStep.Stop)]
    [InlineData(DesiredPower.Stopped, ObservedPower.Paused, false, VmStep.Stop)]
    [InlineData(DesiredPower.Running, ObservedPower.Absent, false, VmStep.Prepare)]
    [InlineData(DesiredPower.Running, ObservedPower.Running, false, VmStep.Prepare)]
    [InlineData(DesiredPower.Paused, ObservedPower.Stopped, false, VmStep.Prepare)]
    [InlineData(DesiredPower.Absent, ObservedPower.Absent, false, VmStep.Settle)]
    [InlineData(DesiredPower.Absent, ObservedPower.Stopped, false, VmStep.Remove)]
    [InlineData(DesiredPower.Absent, ObservedPower.Running, false, VmStep.Remove)]
    [InlineData(DesiredPower.Absent, ObservedPower.Paused, false, VmStep.Remove)]
    // Its files are made.
    [InlineData(DesiredPower.Stopped, ObservedPower.Stopped, true, VmStep.Settle)]
    [InlineData(DesiredPower.Stopped, ObservedPower.Running, true, VmStep.Stop)]
    [InlineData(DesiredPower.Running, ObservedPower.Stopped, true, VmStep.Start)]
    [InlineData(DesiredPower.Running, ObservedPower.Paused, true, VmStep.Resume)]
    [InlineData(DesiredPower.Running, ObservedPower.Running, true, VmStep.Settle)]
    [InlineData(DesiredPower.Paused, ObservedPower.Stopped, true, VmStep.Start)]
    [InlineData(DesiredPower.Paused, ObservedPower.Running, true, VmStep.Pause)]
    [InlineData(DesiredPower.Paused, ObservedPower.Paused, true, VmStep.Settle)]
    public void A_new_generation_takes_this_step(DesiredPower want, ObservedPower seen, bool prepared, VmStep expected) =>
        Assert.Equal(expected, Next(Want(want), new DriverObservation(seen), prepared ? Prepared : Fresh).Step);

    [Theory]
    // What was awaited here and has come goes on first, and its files are seen to while it runs.
    [InlineData(DesiredPower.Running, true, VmStep.Resume)]
    [InlineData(DesiredPower.Paused, true, VmStep.Prepare)]
    [InlineData(DesiredPower.Stopped, true, VmStep.Stop)]
    // What this agent did not await may be what is left of an incarnation before: that is found out when the files are seen to.
    [InlineData(DesiredPower.Running, false, VmStep.Prepare)]
    public void A_guest_that_has_come_takes_this_step_after_the_switch(DesiredPower want, bool received, VmStep expected)
    {
        var seen = new DriverObservation(ObservedPower.Paused) { Move = new() { Phase = MovePhase.Loaded } };
        Assert.Equal(expected, Next(Want(want), seen, Fresh with { Received = received }).Step);
        var runs = new DriverObservation(ObservedPower.Running) { Move = seen.Move };
        Assert.NotEqual(VmStep.Resume, Next(Want(want), runs, Fresh with { Received = received }).Step);
    }

    [Theory]
    [InlineData(RestartRule.Always, null, VmStep.Schedule)]
    [InlineData(RestartRule.Always, false, VmStep.Schedule)]
    [InlineData(RestartRule.Always, true, VmStep.Schedule)]
    [InlineData(RestartRule.OnFailure, null, VmStep.Schedule)]
    [InlineData(RestartRule.OnFailure, false, VmStep.Schedule)]
    [InlineData(RestartRule.OnFailure, true, VmStep.Rest)]
    [InlineData(RestartRule.Never, null, VmStep.GiveUp)]
    [InlineData(RestartRule.Never, false, VmStep.GiveUp)]
    [InlineData(RestartRule.Never, true, VmStep.Rest)]
    public void A_guest_that_ended_by_itself_is_dealt_with_by_its_restart_rule(RestartRule rule, bool? poweredOff, VmStep expected)
    {
        var seen = new DriverObservation(ObservedPower.Stopped) { GuestPoweredOff = poweredOff };
        Assert.Equal(expected, Next(Want(DesiredPower.Running) with { RestartRule = rule }, seen, Settled).Step);
        Assert.Equal(expected, Next(Want(DesiredPower.Paused) with { RestartRule = rule }, seen, Settled).Step);
    }

    [Fact]
    public void The_delay_before_another_start_doubles_and_is_bounded()
    {
        var delays = Enumerable.Range(0, 12).Select(inRow => Pacing.DelayAfter(inRow).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], delays);
        Assert.Equal(Pacing.Longest, Pacing.DelayAfter(int.MaxValue));
    }

    [Fact]
    public void A_scheduled_start_is_awaited_until_it_is_due_and_then_made()
    {
        var seen = new DriverObservation(ObservedPower.Stopped);
        var scheduled = Settled with { RetryAt = Now + TimeSpan.FromSeconds(1) };
        Assert.Equal(VmStep.Await, Next(Want(DesiredPower.Running), seen, scheduled).Step);
        Assert.Equal(VmStep.Restart, Next(Want(DesiredPower.Running), seen, scheduled with { RetryAt = Now }).Step);
    }

    [Fact]
    public void A_guest_that_ran_long_enough_begins_with_the_first_delay_again()
    {
        var seen = new DriverObservation(ObservedPower.Stopped);
        var looping = Settled with { RestartsInRow = 6, LastStart = Now - TimeSpan.FromMinutes(9) };
        Assert.Equal(Now + TimeSpan.FromSeconds(64), Next(Want(DesiredPower.Running), seen, looping).NotBefore);
        var stable = looping with { LastStart = Now - TimeSpan.FromMinutes(10) };
        Assert.Equal(Now + TimeSpan.FromSeconds(1), Next(Want(DesiredPower.Running), seen, stable).NotBefore);
    }

    [Fact]
    public void A_reboot_is_done_once_and_only_to_a_guest_that_runs()
    {
        var want = Want(DesiredPower.Running) with { RebootCount = 3 };
        Assert.Equal(VmStep.Reboot, Next(want, new DriverObservation(ObservedPower.Running) { RebootsDone = 2 }, Prepared).Step);
        Assert.Equal(VmStep.Settle, Next(want, new DriverObservation(ObservedPower.Running) { RebootsDone = 3 }, Prepared).Step);
        Assert.Equal(VmStep.Start, Next(want, new DriverObservation(ObservedPower.Stopped) { RebootsDone = 2 }, Prepared).Step);
    }

    [Fact]
    public void A_failed_generation_is_left_alone_until_a_new_one_comes()
    {
        var failed = Settled with { Failure = "it failed", FailureReason = "StartFailed", FailedStep = VmStep.Start };
        foreach (var seen in SeenPowers)
        {
            foreach (var want in (DesiredPower[])[DesiredPower.Running, DesiredPower.Paused])
            {
                Assert.Equal(VmStep.Rest, Next(Want(want), new DriverObservation(seen), failed).Step);
            }
        }

        var anew = Want(DesiredPower.Running) with { Generation = Generation + 1 };
        Assert.Equal(VmStep.Prepare, Next(anew, new DriverObservation(ObservedPower.Stopped), failed).Step);
    }

    [Fact]
    public void A_stop_that_timed_out_is_reached_after_all_when_the_guest_stops_later()
    {
        var failed = Settled with { Failure = "no answer", FailureReason = "StopTimedOut", FailedStep = VmStep.Stop };
        Assert.Equal(VmStep.Rest, Next(Want(DesiredPower.Stopped), new DriverObservation(ObservedPower.Running), failed).Step);
        Assert.Equal(VmStep.Settle, Next(Want(DesiredPower.Stopped), new DriverObservation(ObservedPower.Stopped), failed).Step);
    }

    [Fact]
    public void A_guest_that_ends_at_once_after_its_start_is_not_started_in_a_tight_loop()
    {
        var started = Prepared with { Started = Generation };
        Assert.Equal(VmStep.Settle, Next(Want(DesiredPower.Running), new DriverObservation(ObservedPower.Stopped), started).Step);
    }

    [Fact]
    public void Files_that_have_vanished_are_not_made_anew()
    {
        var decision = Next(Want(DesiredPower.Running), new DriverObservation(ObservedPower.Absent), Settled);
        Assert.Equal((VmStep.GiveUp, "FilesLost"), (decision.Step, decision.Reason));
    }

    [Fact]
    public void A_driver_that_never_gets_there_is_given_up_after_a_bounded_number_of_steps()
    {
        var tired = Prepared with { Steps = VmReconciliation.MaxSteps };
        var decision = Next(Want(DesiredPower.Running), new DriverObservation(ObservedPower.Paused), tired);
        Assert.Equal((VmStep.GiveUp, "NotConverging"), (decision.Step, decision.Reason));
    }

    [Fact]
    public void A_vm_that_shall_be_absent_and_is_ends_its_supervisor_only_after_that_was_said()
    {
        var absent = new DriverObservation(ObservedPower.Absent);
        Assert.Equal(VmStep.Settle, Next(Want(DesiredPower.Absent), absent, Fresh).Step);
        Assert.Equal(VmStep.Finish, Next(Want(DesiredPower.Absent), absent, Settled).Step);
    }

    [Fact]
    public void From_every_state_an_honest_driver_reaches_every_wish_in_a_few_steps()
    {
        foreach (var want in Enum.GetValues<DesiredPower>())
        {
            foreach (var power in SeenPowers)
            {
                foreach (var rebootsDone in (long[])[0, 1])
                {
                    foreach (var prepared in (long[])[0, Generation - 1, Generation])
                    {
                        Assert.InRange(StepsToReach(Want(want) with { RebootCount = 1 }, power, rebootsDone, prepared), 0, 6);
                    }
                }
            }
        }
    }

    [Fact]
    public void No_state_lets_a_wish_be_worked_against()
    {
        foreach (var (want, seen, memory) in EveryCombination())
        {
            var step = Next(want, seen, memory).Step;
            var wakes = step is VmStep.Start or VmStep.Restart or VmStep.Reboot or VmStep.Resume or VmStep.Pause;
            var forbidden = want.Power switch
            {
                DesiredPower.Absent => wakes || step is VmStep.Prepare,
                DesiredPower.Stopped => wakes || step is VmStep.Remove,
                DesiredPower.Running => step is VmStep.Stop or VmStep.Remove or VmStep.Pause,
                DesiredPower.Paused => step is VmStep.Stop or VmStep.Remove or VmStep.Resume,
            };
            Assert.False(forbidden, $"{step} for {want.Power} seen {seen.Power} with {memory}");
            // Only one generation's failure is told with it, and never is it acted upon again by itself.
            var isLeftAlone = step is VmStep.Rest or VmStep.Settle or VmStep.Finish;
            Assert.True(isLeftAlone || memory is not { Failure: not null, Settled: Generation });
        }
    }

    [Fact]
    public void What_was_heard_before_a_restart_of_the_agent_is_taken_up()
    {
        var vm = Want(DesiredPower.Running) with { LastObserved = ObservedPower.Running, LastObservedGeneration = Generation };
        Assert.Equal(VmStep.Rest, Next(vm, new DriverObservation(ObservedPower.Running), VmMemory.TakenUpFrom(vm)).Step);
        var off = new DriverObservation(ObservedPower.Stopped) { GuestPoweredOff = true };
        Assert.Equal(VmStep.Rest, Next(vm with { RestartRule = RestartRule.OnFailure }, off, VmMemory.TakenUpFrom(vm)).Step);

        var behind = vm with { LastObservedGeneration = Generation - 1 };
        Assert.Equal(VmStep.Prepare, Next(behind, new DriverObservation(ObservedPower.Running), VmMemory.TakenUpFrom(behind)).Step);

        var failed = vm with { LastObserved = ObservedPower.Failed };
        Assert.Equal(VmStep.Rest, Next(failed, new DriverObservation(ObservedPower.Stopped), VmMemory.TakenUpFrom(failed)).Step);
    }

    private static IEnumerable<(VmAssignment Want, DriverObservation Seen, VmMemory Memory)> EveryCombination() =>
        from want in Enum.GetValues<DesiredPower>()
        from rule in Enum.GetValues<RestartRule>()
        from power in SeenPowers
        from poweredOff in (bool?[])[null, false, true]
        from rebootsDone in (long[])[0, 1]
        from responsive in (bool[])[true, false]
        from memory in (VmMemory[])[
            Fresh, Prepared, Prepared with { Started = Generation }, Settled, Settled with { LastPower = ObservedPower.Stopped },
            Settled with { RetryAt = Now }, Settled with { RetryAt = Now.AddSeconds(1) },
            Settled with { Failure = "f", FailureReason = "F", FailedStep = VmStep.Start },
            Settled with { Failure = "f", FailureReason = "F", FailedStep = VmStep.Stop }]
        select (
            Want(want) with { RestartRule = rule, RebootCount = 1 },
            new DriverObservation(power) { GuestPoweredOff = poweredOff, RebootsDone = rebootsDone, Responsive = responsive },
            memory);

    private static int StepsToReach(VmAssignment want, ObservedPower power, long rebootsDone, long prepared)
    {
        var memory = new VmMemory { Prepared = prepared };
        for (var steps = 0; ; steps++)
        {
            var step = Next(want, new DriverObservation(power) { RebootsDone = rebootsDone }, memory).Step;
            switch (step)
            {
                case VmStep.Settle:
                    return steps;
                case VmStep.Prepare:
                    memory = memory with { Prepared = want.Generation };
                    power = power == ObservedPower.Absent ? ObservedPower.Stopped : power;
                    break;
                case VmStep.Start:
                    memory = memory with { Started = want.Generation };
                    (power, rebootsDone) = (ObservedPower.Running, want.RebootCount);
                    break;
                case VmStep.Stop:
                    power = ObservedPower.Stopped;
                    break;
                case VmStep.Pause:
                    power = ObservedPower.Paused;
                    break;
                case VmStep.Resume:
                    power = ObservedPower.Running;
                    break;
                case VmStep.Reboot:
                    (power, rebootsDone) = (ObservedPower.Running, want.RebootCount);
                    break;
                case VmStep.Remove:
                    power = ObservedPower.Absent;
                    break;
                default:
                    Assert.Fail($"{step} does not lead from {power} to {want.Power}");
                    break;
            }
        }
    }

    private static VmDecision Next(VmAssignment want, DriverObservation seen, VmMemory memory) =>
        VmReconciliation.Next(want, seen, memory, Pacing, Now);

    private static VmAssignment Want(DesiredPower power) => Support.Assignments.New() with { Power = power, Generation = Generation };
}
