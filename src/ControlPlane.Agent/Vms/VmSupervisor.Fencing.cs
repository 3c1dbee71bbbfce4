using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Fencing;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Vms;

/// <summary>What the lease asks of a VM comes before what it was told.</summary>
internal sealed partial class VmSupervisor
{
    private static readonly TimeSpan fenceRetry = TimeSpan.FromMilliseconds(100);

    private readonly VmFence? fence;

    // What its guest was made by the lease, so that it goes on when there is one again.
    private VmLeave madeBy = VmLeave.Free;

    /// <summary>What the lease lets it do may have changed: whatever it waits for ends.</summary>
    internal void LookAgain()
    {
        lock (sync) { turn?.Cancel(); }
    }

    /// <summary>Whether the lease had its way with this turn, or the next step may not be taken.</summary>
    private async Task<bool> IsFencedAsync(VmAssignment vm, DriverObservation seen, VmStep next, CancellationToken ct)
    {
        switch (fence?.Of(vm) ?? VmLeave.Free)
        {
            case VmLeave.Free: return madeBy != VmLeave.Free && await GoOnAsync(vm, seen, ct);
            case VmLeave.Keep when !Begins(next): return false;
            case VmLeave.Keep:
                Report(vm, seen, VmStep.Rest);
                await RestAsync(vm, seen, ct);
                return true;
            case var leave:
                await FenceAsync(vm, seen, leave, ct);
                return true;
        }
    }

    private static bool Begins(VmStep step) => step switch
    {
        VmStep.Prepare or VmStep.Start or VmStep.Restart or VmStep.Resume or VmStep.Reboot or VmStep.Receive or VmStep.Send
            or VmStep.CallBack => true,
        VmStep.Stop or VmStep.Pause or VmStep.Remove or VmStep.Settle or VmStep.Rest or VmStep.Schedule or VmStep.Await or VmStep.GiveUp
            or VmStep.Finish => false,
    };

    private async Task FenceAsync(VmAssignment vm, DriverObservation seen, VmLeave leave, CancellationToken ct)
    {
        try
        {
            if (leave == VmLeave.Stop && VmReconciliation.IsUp(seen.Power))
            {
                await GatedAsync(() => driver.StopAsync(vm with { StopMode = ShutdownMode.Forced }, ct), ct);
                madeBy = leave;
                FencingLog.Stopped(logger, vm.VmId);
                return;
            }
            if (leave == VmLeave.Pause && seen is { Power: ObservedPower.Running, Responsive: true })
            {
                await GatedAsync(() => driver.PauseAsync(vm, ct), ct);
                madeBy = leave;
                FencingLog.Paused(logger, vm.VmId);
                return;
            }
        }
        catch (VmDriverException fault)
        {
            FencingLog.NotFenced(logger, fault, vm.VmId, leave.ToString());
            await Task.Delay(fenceRetry, time, ct);
            return;
        }
        Report(vm, seen, VmStep.Rest);
        // The fence wakes it when the lease is held again, or over.
        await Task.Delay(RestFor(seen), time, ct);
    }

    // What is being sent elsewhere goes on by a later word alone: it may have been sent by now.
    private async Task<bool> GoOnAsync(VmAssignment vm, DriverObservation seen, CancellationToken ct)
    {
        var before = madeBy;
        madeBy = VmLeave.Free;
        if (vm.Move is not null || vm.Power != DesiredPower.Running || memory.Settled < vm.Generation) { return false; }
        var step = before == VmLeave.Pause && seen.Power == ObservedPower.Paused ? VmStep.Resume
            : before == VmLeave.Stop && seen.Power == ObservedPower.Stopped ? VmStep.Restart : (VmStep?)null;
        if (step is null) { return false; }
        FencingLog.GoesOn(logger, vm.VmId);
        await StepAsync(vm, seen, step.Value, ct);
        return true;
    }
}
