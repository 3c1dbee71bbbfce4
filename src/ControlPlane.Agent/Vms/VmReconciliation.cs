using ControlPlane.Agent.Drivers;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Vms;

/// <summary>Decides what a VM needs next from what it shall be, what it is and what was done before. Pure: no clock, no I/O.</summary>
public static class VmReconciliation
{
    /// <summary>Steps after which a generation counts as not reachable; the longest honest way has six.</summary>
    public const int MaxSteps = 16;

    /// <summary>The next step.</summary>
    public static VmDecision Next(
        VmAssignment want, DriverObservation seen, VmMemory memory, RestartPacing pacing, DateTimeOffset now) =>
        memory.Settled < want.Generation ? Reach(want, seen, memory) : Keep(want, seen, memory, pacing, now);

    /// <summary>Whether a guest process is there.</summary>
    public static bool IsUp(ObservedPower power) => power switch
    {
        ObservedPower.Running or ObservedPower.Paused or ObservedPower.Stopping => true,
        ObservedPower.Absent or ObservedPower.Stopped or ObservedPower.Starting or ObservedPower.Failed => false,
    };

    private static VmDecision Reach(VmAssignment want, DriverObservation seen, VmMemory memory) =>
        memory.Steps >= MaxSteps
            ? new(VmStep.GiveUp, null, "NotConverging", $"After {MaxSteps} steps it is still {seen.Power} instead of {want.Power}.")
            : new(StepTowards(want, seen, memory));

    private static VmStep StepTowards(VmAssignment want, DriverObservation seen, VmMemory memory)
    {
        var unprepared = memory.Prepared < want.Generation;
        if (want.Power != DesiredPower.Absent && StepOfMove(want, seen, memory) is { } step)
        {
            return step;
        }

        return want.Power switch
        {
            DesiredPower.Absent => seen.Power == ObservedPower.Absent ? VmStep.Settle : VmStep.Remove,
            DesiredPower.Stopped => IsUp(seen.Power) ? VmStep.Stop : unprepared ? VmStep.Prepare : VmStep.Settle,
            DesiredPower.Running => unprepared ? VmStep.Prepare : TowardsRunning(want, seen, memory),
            DesiredPower.Paused => unprepared ? VmStep.Prepare : TowardsPaused(want, seen, memory),
        };
    }

    // What is being sent and no longer shall be is called back first; what came and was not abandoned goes on as any other.
    private static VmStep? StepOfMove(VmAssignment want, DriverObservation seen, VmMemory memory) => want.Move switch
    {
        { Role: MoveRole.Target } => seen.Move is { Phase: MovePhase.Listening or MovePhase.Loaded } ? VmStep.Settle : VmStep.Receive,
        { Role: MoveRole.Source, Ready: true } => seen.Move?.Phase == MovePhase.HandedOver ? VmStep.Settle : VmStep.Send,
        { Role: MoveRole.Source } or null => seen.Move?.Phase switch
        {
            MovePhase.Disk or MovePhase.Memory or MovePhase.HandedOver => VmStep.CallBack,
            // It stands still for as long as this takes: what else there is to do is done while it runs.
            MovePhase.Loaded when memory.Received && want.Power == DesiredPower.Running && seen.Power == ObservedPower.Paused =>
                VmStep.Resume,
            MovePhase.None or MovePhase.Listening or MovePhase.Loaded or null => null,
        },
    };

    private static VmStep TowardsRunning(VmAssignment want, DriverObservation seen, VmMemory memory)
    {
        if (!IsUp(seen.Power))
        {
            return StartOnce(want, memory);
        }

        return seen.Power == ObservedPower.Paused ? VmStep.Resume : RebootDue(want, seen) ? VmStep.Reboot : VmStep.Settle;
    }

    private static VmStep TowardsPaused(VmAssignment want, DriverObservation seen, VmMemory memory)
    {
        if (!IsUp(seen.Power))
        {
            return StartOnce(want, memory);
        }

        return seen.Power == ObservedPower.Paused ? VmStep.Settle : RebootDue(want, seen) ? VmStep.Reboot : VmStep.Pause;
    }

    // A guest that was started for this generation and is down again has been what it should: what follows is up to its restart rule.
    private static VmStep StartOnce(VmAssignment want, VmMemory memory) =>
        memory.Started == want.Generation ? VmStep.Settle : VmStep.Start;

    private static bool RebootDue(VmAssignment want, DriverObservation seen) => seen.RebootsDone < want.RebootCount;

    private static VmDecision Keep(
        VmAssignment want, DriverObservation seen, VmMemory memory, RestartPacing pacing, DateTimeOffset now)
    {
        if (want.Power == DesiredPower.Absent)
        {
            return new(seen.Power == ObservedPower.Absent ? VmStep.Finish : VmStep.Rest);
        }

        if (memory.Failure is not null)
        {
            return KeepFailed(want, seen, memory);
        }

        if (want.Move is { } move && (move.Role == MoveRole.Target || move.Ready))
        {
            return KeepMoving(move, seen);
        }

        return want.Power == DesiredPower.Stopped ? KeepStopped(seen, memory) : KeepUp(want, seen, memory, pacing, now);
    }

    // Neither end acts by itself between its part and the service's word: what ended is told of and not begun again.
    private static VmDecision KeepMoving(VmMove move, DriverObservation seen) => seen.Move is not null
        ? new(VmStep.Rest)
        : move.Role == MoveRole.Target
            ? new(VmStep.GiveUp, null, "IncomingLost", "The process that waited for the VM's state has ended.")
            : new(VmStep.GiveUp, null, "HandedOverLost", "The process that had handed its VM over has ended, or runs it again.");

    // A guest that did not answer in time and stops later has done what it was asked.
    private static VmDecision KeepFailed(VmAssignment want, DriverObservation seen, VmMemory memory) =>
        new(memory.FailedStep == VmStep.Stop && want.Power == DesiredPower.Stopped && !IsUp(seen.Power) ? VmStep.Settle : VmStep.Rest);

    // One that never stopped, as the service was told, is not stopped again by the agent alone; one that came up by itself is.
    private static VmDecision KeepStopped(DriverObservation seen, VmMemory memory) =>
        new(IsUp(seen.Power) && !IsUp(memory.LastPower) ? VmStep.Stop : VmStep.Rest);

    private static VmDecision KeepUp(
        VmAssignment want, DriverObservation seen, VmMemory memory, RestartPacing pacing, DateTimeOffset now)
    {
        if (seen.Power == ObservedPower.Absent)
        {
            return new(VmStep.GiveUp, null, "FilesLost", "Its files are gone from the host; a new disk would hide the loss.");
        }

        if (!IsUp(seen.Power))
        {
            return KeepEnded(want, seen, memory, pacing, now);
        }

        var shouldPause = want.Power == DesiredPower.Paused;
        if (seen.Power == ObservedPower.Paused)
        {
            return shouldPause ? new(VmStep.Rest) : Paced(VmStep.Resume, memory, pacing, now);
        }

        return new(shouldPause && seen.Responsive ? VmStep.Pause : VmStep.Rest);
    }

    private static VmDecision KeepEnded(
        VmAssignment want, DriverObservation seen, VmMemory memory, RestartPacing pacing, DateTimeOffset now)
    {
        var poweredOff = seen.GuestPoweredOff == true;
        var again = want.RestartRule switch
        {
            RestartRule.Always => true,
            RestartRule.OnFailure => !poweredOff,
            RestartRule.Never => false,
        };
        if (again)
        {
            return Paced(VmStep.Restart, memory, pacing, now);
        }

        return poweredOff
            ? new(VmStep.Rest)
            : new(VmStep.GiveUp, null, "ProcessDied", "Its process died and its restart rule forbids another start.");
    }

    private static VmDecision Paced(VmStep step, VmMemory memory, RestartPacing pacing, DateTimeOffset now)
    {
        if (memory.RetryAt is not { } due)
        {
            return new(VmStep.Schedule, now + pacing.DelayAfter(StartsInRow(memory, pacing, now)));
        }

        return now < due ? new(VmStep.Await, due) : new(step);
    }

    /// <summary>Starts in a row that count: none once the guest has run long enough.</summary>
    public static int StartsInRow(VmMemory memory, RestartPacing pacing, DateTimeOffset now) =>
        memory.LastStart is { } start && now - start < pacing.Stable ? memory.RestartsInRow : 0;
}
