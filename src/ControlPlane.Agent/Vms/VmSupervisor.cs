using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Fencing;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Vms;

/// <summary>
/// Keeps one VM what its newest assignment says: looks, lets <see cref="VmReconciliation"/> decide, acts, reports, and rests until
/// something changes. A newer assignment ends whatever it waits for. When the service stops, the guest is left as it is.
/// </summary>
internal sealed partial class VmSupervisor
{
    private readonly IVmDriver driver;
    private readonly SemaphoreSlim gate;
    private readonly AgentOptions options;
    private readonly RestartPacing pacing;
    private readonly TimeProvider time;
    private readonly Action<VmObservation> report;
    private readonly ILogger logger;
    private readonly VmConditions conditions;
    private readonly Lock sync = new();
    private readonly Lock telling = new();

    private VmAssignment want;
    private VmMemory memory;
    private CancellationTokenSource? turn;
    private bool ended;
    private bool exitSeen;
    private VmObservation? lastReport;

    public VmSupervisor(
        VmAssignment first, IVmDriver driver, SemaphoreSlim gate, AgentOptions options, TimeProvider time,
        Action<VmObservation> report, ILogger logger, VmFence? fence = null)
    {
        this.fence = fence;
        want = first;
        memory = VmMemory.TakenUpFrom(first);
        conditions = new VmConditions(options.CrashLoopRestarts);
        pacing = RestartPacing.Of(options);
        (this.driver, this.gate, this.options, this.time, this.report, this.logger) = (driver, gate, options, time, report, logger);
    }

    /// <summary>Takes a newer assignment; false when this supervisor has ended and another must be made.</summary>
    public bool Assign(VmAssignment next)
    {
        lock (sync)
        {
            if (ended)
            {
                return false;
            }

            if (next.Incarnation == want.Incarnation && next.Generation == want.Generation && next.Session > want.Session)
            {
                // The same, told in another session: it counts in that from here on.
                want = next;
                turn?.Cancel();
                return true;
            }

            if (next.Incarnation < want.Incarnation || (next.Incarnation == want.Incarnation && next.Generation <= want.Generation))
            {
                return true;
            }

            if (next.Incarnation > want.Incarnation)
            {
                memory = VmMemory.TakenUpFrom(next);
            }

            memory = memory with { Steps = 0 };
            want = next;
            turn?.Cancel();
            return true;
        }
    }

    /// <summary>Runs until the VM shall be, and is, absent; or until the service stops.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var (assignment, token) = BeginTurn(ct);
            try
            {
                if (await TurnAsync(assignment, token) && TryEnd(assignment))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                VmsLog.Superseded(logger, assignment.VmId, assignment.Generation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                VmsLog.TurnFailed(logger, fault, assignment.VmId);
                TellOfBlindness(assignment, fault);
                var delay = Task.Delay(TimeSpan.FromMilliseconds(options.LinkRetryMaxMilliseconds), time, token);
                await delay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Who waits for this generation must hear that it cannot be reached, though what the VM is now is not known either.
    private void TellOfBlindness(VmAssignment vm, Exception fault)
    {
        if (memory.Settled < vm.Generation)
        {
            var reason = (fault as VmDriverException)?.Reason ?? "DriverFault";
            Fail(vm, VmStep.GiveUp, reason, $"The VM could not be looked at: {fault.Message}");
            var power = VmReconciliation.IsUp(memory.LastPower) ? ObservedPower.Running : ObservedPower.Stopped;
            Report(vm, new DriverObservation(power) { Responsive = false }, VmStep.GiveUp);
        }
    }

    private (VmAssignment Assignment, CancellationToken Token) BeginTurn(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (sync)
        {
            turn?.Dispose();
            turn = CancellationTokenSource.CreateLinkedTokenSource(ct);
            return (want, turn.Token);
        }
    }

    private bool TryEnd(VmAssignment finished)
    {
        lock (sync)
        {
            ended = ReferenceEquals(want, finished);
            return ended;
        }
    }

    private async Task<bool> TurnAsync(VmAssignment vm, CancellationToken ct)
    {
        // A driver without memory of its own resumes from what was last known, not from what was known when the assignment was made.
        var known = vm with { LastObserved = memory.LastPower, LastObservedGeneration = memory.Settled };
        var seen = await GatedAsync(() => driver.ObserveAsync(known, ct), ct);
        var decision = VmReconciliation.Next(vm, seen, memory, pacing, time.GetUtcNow());
        if (await IsFencedAsync(vm, seen, decision.Step, ct))
        {
            return false;
        }

        switch (decision.Step)
        {
            case VmStep.Finish:
                Report(vm, seen, decision.Step);
                return true;
            case VmStep.Rest:
                Report(vm, seen, decision.Step);
                await RestAsync(vm, seen, ct);
                return false;
            case VmStep.Settle:
                Settle(vm, seen);
                return false;
            case VmStep.GiveUp:
                GiveUp(vm, seen, decision);
                return false;
            case VmStep.Schedule:
                Schedule(vm, seen, decision.NotBefore!.Value);
                return false;
            case VmStep.Await:
                await DelayUntilAsync(decision.NotBefore!.Value, ct);
                return false;
            default:
                await StepAsync(vm, seen, decision.Step, ct);
                return false;
        }
    }

    private void Settle(VmAssignment vm, DriverObservation seen)
    {
        Remember(vm, m => m with
        {
            Settled = vm.Generation, FailedStep = null, Failure = null, FailureReason = null,
            Received = m.Received || vm.Move is { Role: MoveRole.Target },
        });
        VmsLog.Settled(logger, vm.VmId, vm.Generation, seen.Power);
        Report(vm, seen, VmStep.Settle);
    }

    private void GiveUp(VmAssignment vm, DriverObservation seen, VmDecision decision)
    {
        VmsLog.GaveUp(logger, vm.VmId, vm.Generation, decision.Reason!, decision.Message!);
        Fail(vm, VmStep.GiveUp, decision.Reason!, decision.Message!);
        Report(vm, seen, VmStep.GiveUp);
    }

    private async Task StepAsync(VmAssignment vm, DriverObservation seen, VmStep step, CancellationToken ct)
    {
        Remember(vm, m => m with { Steps = m.Steps + 1, LastPower = seen.Power });
        if (step == VmStep.Restart)
        {
            BeginRestart(vm);
        }

        try
        {
            await ReportingTransitionAsync(vm, seen, step, ActAsync(vm, seen, step, ct), ct);
            Succeeded(vm, step);
        }
        catch (VmDriverException fault) when (fault.Reason == VmDriverException.LeaseNotHeld)
        {
            FencingLog.NotFenced(logger, fault, vm.VmId, step.ToString());
        }
        catch (VmDriverException fault)
        {
            StepFailed(vm, step, fault.Reason, fault.Message, fault.InnerException);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            StepFailed(vm, step, "DriverFault", $"The driver failed at {step}: {fault.Message}", fault);
        }
    }

    private Task ActAsync(VmAssignment vm, DriverObservation seen, VmStep step, CancellationToken ct) => step switch
    {
        VmStep.Prepare => GatedAsync(() => driver.PrepareAsync(vm, ct), ct),
        VmStep.Start or VmStep.Restart => GatedAsync(() => driver.StartAsync(vm, ct), ct),
        VmStep.Receive => GatedAsync(() => driver.ReceiveAsync(vm, ct), ct),
        VmStep.CallBack => GatedAsync(() => driver.CallBackAsync(vm, ct), ct),
        VmStep.Remove => GatedAsync(() => driver.RemoveAsync(vm, ct), ct),
        VmStep.Pause => GatedAsync(() => driver.PauseAsync(vm, ct), ct),
        VmStep.Resume => GatedAsync(() => driver.ResumeAsync(vm, ct), ct),
        // They wait for a guest or for another host, not for this one: they take no place in the queue.
        VmStep.Send => driver.SendAsync(vm, progress => Report(vm, seen with { Move = progress }, step), ct),
        VmStep.Stop => driver.StopAsync(vm, ct),
        VmStep.Reboot => driver.RebootAsync(vm, ct),
        VmStep.Settle or VmStep.Rest or VmStep.Schedule or VmStep.Await or VmStep.GiveUp or VmStep.Finish =>
            throw new InvalidOperationException($"{step} is not an act"),
    };

    // A short step says nothing until its end: on a busy fleet every report is a write at the service.
    private async Task ReportingTransitionAsync(VmAssignment vm, DriverObservation seen, VmStep step, Task act, CancellationToken ct)
    {
        if (!act.IsCompleted)
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var delay = Task.Delay(TimeSpan.FromMilliseconds(options.TransitionReportMilliseconds), time, done.Token);
            if (await Task.WhenAny(act, delay) == delay && !ct.IsCancellationRequested)
            {
                Report(vm, seen, step);
            }

            await done.CancelAsync();
        }

        await act;
    }

    private void BeginRestart(VmAssignment vm)
    {
        var inRow = VmReconciliation.StartsInRow(memory, pacing, time.GetUtcNow()) + 1;
        Remember(vm, m => m with { Restarts = m.Restarts + 1, RestartsInRow = inRow, RetryAt = null, LastStart = time.GetUtcNow() });
        VmsLog.Restarting(logger, vm.VmId, memory.Restarts, inRow);
    }

    private void Succeeded(VmAssignment vm, VmStep step)
    {
        VmsLog.StepDone(logger, step, vm.VmId, vm.Generation);
        switch (step)
        {
            case VmStep.Prepare:
                Remember(vm, m => m with { Prepared = vm.Generation });
                break;
            case VmStep.Start:
                Remember(vm, m => m with
                {
                    Started = vm.Generation, Restarts = 0, RestartsInRow = 0, RetryAt = null, LastTrouble = null,
                    LastStart = time.GetUtcNow(),
                });
                break;
            case VmStep.Restart:
                Remember(vm, m => m with { LastStart = time.GetUtcNow(), LastTrouble = null });
                break;
            case VmStep.Resume:
                Remember(vm, m => m with { RetryAt = null });
                break;
            case VmStep.Remove:
                Remember(vm, m => m with { LastPower = ObservedPower.Absent });
                break;
        }
    }

    private void StepFailed(VmAssignment vm, VmStep step, string reason, string message, Exception? cause)
    {
        VmsLog.StepFailed(logger, cause, step, vm.VmId, vm.Generation, reason, message);
        var onItsOwn = memory.Settled >= vm.Generation && step is VmStep.Restart or VmStep.Resume;
        if (onItsOwn)
        {
            // The generation had been reached: the restart rule goes on, more slowly each time.
            Remember(vm, m => m with { RetryAt = null, LastTrouble = message });
            return;
        }

        Fail(vm, step, reason, message);
    }

    private void Fail(VmAssignment vm, VmStep step, string reason, string message) =>
        Remember(vm, m => m with { Settled = vm.Generation, FailedStep = step, FailureReason = reason, Failure = message });

    private void Schedule(VmAssignment vm, DriverObservation seen, DateTimeOffset due)
    {
        Remember(vm, m => m with { RetryAt = due, RestartsInRow = VmReconciliation.StartsInRow(m, pacing, time.GetUtcNow()) });
        VmsLog.Ended(logger, vm.VmId, seen.Power, seen.GuestPoweredOff, due);
        Report(vm, seen, VmStep.Schedule);
    }

    private async Task RestAsync(VmAssignment vm, DriverObservation seen, CancellationToken ct)
    {
        Remember(vm, m => m with { LastPower = seen.Power });
        // An end that a look did not confirm is not waited for again at once: it would be told again at once.
        var awaitsExit = VmReconciliation.IsUp(seen.Power) && !exitSeen;
        Task ExitAsync(CancellationToken until) =>
            awaitsExit ? driver.WaitExitAsync(vm, until) : Task.Delay(Timeout.InfiniteTimeSpan, time, until);
        var length = RestFor(seen);
        if (length == Timeout.InfiniteTimeSpan)
        {
            await ExitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            exitSeen = true;
            return;
        }

        using var rest = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var exit = ExitAsync(rest.Token);
        var pause = Task.Delay(length, time, rest.Token);
        var first = await Task.WhenAny(exit, pause);
        await rest.CancelAsync();
        await Task.WhenAll(exit, pause).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Of a rest that was ended from outside nothing was seen.
        ct.ThrowIfCancellationRequested();
        exitSeen = first == exit;
    }

    private TimeSpan RestFor(DriverObservation seen)
    {
        var awaitsLife = VmReconciliation.IsUp(seen.Power) && (seen.Move is not null || seen.GuestAliveSince is null || !seen.Responsive);
        return awaitsLife || exitSeen
            ? TimeSpan.FromMilliseconds(options.AliveCheckMilliseconds)
            : driver.TellsOfEveryChange ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(options.ObserveIntervalSeconds);
    }

    private async Task DelayUntilAsync(DateTimeOffset due, CancellationToken ct)
    {
        var left = due - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, ct);
        }
    }

    // A move's progress comes from where the driver watches it, beside the turn itself.
    private void Report(VmAssignment vm, DriverObservation seen, VmStep step)
    {
        lock (telling) { Tell(vm, seen, step); }
    }

    private void Tell(VmAssignment vm, DriverObservation seen, VmStep step)
    {
        var now = time.GetUtcNow();
        var next = new VmObservation
        {
            VmId = vm.VmId, HostId = vm.HostId, Move = seen.Move, Incarnation = vm.Incarnation, Generation = memory.Settled,
            PreparedGeneration = memory.Prepared, Sequence = 0,
            Power = PowerToReport(vm, seen, step),
            Failure = memory.Failure, FailureReason = memory.FailureReason,
            StartedAt = seen.StartedAt, ProcessId = seen.ProcessId, Restarts = memory.Restarts,
            Conditions = conditions.Update(seen, memory, now),
            IsolationControls = seen.IsolationControls.SequenceEqual(lastReport?.IsolationControls ?? [])
                ? lastReport?.IsolationControls ?? [] : seen.IsolationControls,
        };
        if (next == lastReport)
        {
            return;
        }

        lastReport = next;
        report(next);
    }

    private ObservedPower PowerToReport(VmAssignment vm, DriverObservation seen, VmStep step) => step switch
    {
        VmStep.Start or VmStep.Restart => ObservedPower.Starting,
        VmStep.Schedule or VmStep.Await => VmReconciliation.IsUp(seen.Power) ? seen.Power : ObservedPower.Starting,
        VmStep.Stop => ObservedPower.Stopping,
        VmStep.Prepare or VmStep.Pause or VmStep.Resume or VmStep.Reboot or VmStep.Remove or VmStep.Receive or VmStep.Send
            or VmStep.CallBack => seen.Power,
        VmStep.Settle or VmStep.Rest or VmStep.GiveUp or VmStep.Finish =>
            memory.Failure is not null && vm.Power is DesiredPower.Running or DesiredPower.Paused && !VmReconciliation.IsUp(seen.Power)
                ? ObservedPower.Failed : seen.Power,
    };

    // What was learnt of an older incarnation says nothing of the present one.
    private void Remember(VmAssignment vm, Func<VmMemory, VmMemory> change)
    {
        lock (sync)
        {
            memory = vm.Incarnation == want.Incarnation ? change(memory) : memory;
        }
    }

    private async Task<T> GatedAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            return await call();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task GatedAsync(Func<Task> call, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            await call();
        }
        finally
        {
            gate.Release();
        }
    }
}
