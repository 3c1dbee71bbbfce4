using System.Collections.Concurrent;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Simulated;

/// <summary>
/// A world of VMs in memory, for thousands of hosts at once: same states and refusals as QEMU, with latencies and fault rates from the
/// assignment. It keeps nothing over a restart; a VM it has not seen is what the service last heard of it.
/// </summary>
public sealed class SimulatedDriver(TimeProvider time) : IVmDriver
{
    private readonly ConcurrentDictionary<string, SimulatedVm> world = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task PrepareAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        if (!await LatencyAsync(vm.Simulation?.PrepareLatencyMs, it.Power == ObservedPower.Absent, ct))
        {
            return;
        }

        ThrowIfItFalls(vm, "prepare", vm.Simulation?.PrepareFaultRate);
        lock (it.Sync)
        {
            it.Power = it.Power == ObservedPower.Absent ? ObservedPower.Stopped : it.Power;
        }
    }

    /// <inheritdoc />
    public async Task StartAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        if (it.Power == ObservedPower.Absent)
        {
            throw new VmDriverException("NotPrepared", $"VM {vm.VmId} has no files on its host.");
        }

        if (await LatencyAsync(vm.Simulation?.StartLatencyMs, it.Power == ObservedPower.Stopped, ct))
        {
            ThrowIfItFalls(vm, "start", vm.Simulation?.StartFaultRate);
        }

        lock (it.Sync)
        {
            if (it.Power == ObservedPower.Stopped)
            {
                Boot(it, vm, time.GetUtcNow());
                it.RebootsDone = vm.RebootCount;
            }

            it.Power = ObservedPower.Running;
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        if (!await LatencyAsync(vm.Simulation?.StopLatencyMs, IsUp(it), ct))
        {
            return;
        }

        if (vm.StopMode == ShutdownMode.Forced)
        {
            ThrowIfItFalls(vm, "kill", vm.Simulation?.StopFaultRate);
        }
        else if (!vm.ForceAfterTimeout && FaultDice.Falls(vm.VmId, vm.Generation, "stop", vm.Simulation?.StopFaultRate ?? 0))
        {
            throw new VmDriverException("StopTimedOut", $"The guest of VM {vm.VmId} did not stop (simulated).");
        }

        End(it, guestPoweredOff: null);
    }

    /// <inheritdoc />
    public Task PauseAsync(VmAssignment vm, CancellationToken ct) => SwitchAsync(vm, ObservedPower.Paused);

    /// <inheritdoc />
    public Task ResumeAsync(VmAssignment vm, CancellationToken ct) => SwitchAsync(vm, ObservedPower.Running);

    /// <inheritdoc />
    public async Task RebootAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        ThrowUnlessUp(it);
        if (!await LatencyAsync(vm.Simulation?.StartLatencyMs, it.RebootsDone < vm.RebootCount, ct))
        {
            return;
        }

        lock (it.Sync)
        {
            it.RebootsDone = vm.RebootCount;
            it.Power = ObservedPower.Running;
            Boot(it, vm, it.StartedAt ?? time.GetUtcNow());
        }
    }

    /// <inheritdoc />
    public async Task RemoveAsync(string vmId, CancellationToken ct)
    {
        if (!world.TryGetValue(vmId, out var it))
        {
            return;
        }

        await LatencyAsync(it.Newest.Simulation?.RemoveLatencyMs, true, ct);
        ThrowIfItFalls(it.Newest, "remove", it.Newest.Simulation?.RemoveFaultRate);
        End(it, guestPoweredOff: null);
        it.Console.Remove();
        world.TryRemove(vmId, out _);
    }

    /// <inheritdoc />
    public Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct)
    {
        if (!world.TryGetValue(vm.VmId, out var it))
        {
            if (vm.LastObserved == ObservedPower.Absent)
            {
                return Task.FromResult(new DriverObservation(ObservedPower.Absent));
            }

            it = Known(vm);
        }

        lock (it.Sync)
        {
            // A removal names only the VM, so how its host behaves by now is known from the last look.
            if (vm.Generation >= it.Newest.Generation) { it.Newest = vm; }
            var up = IsUp(it);
            return Task.FromResult(new DriverObservation(it.Power)
            {
                StartedAt = up ? it.StartedAt : null,
                GuestAliveSince = up ? it.AliveSince : null,
                GuestPoweredOff = it.Power == ObservedPower.Stopped ? it.GuestPoweredOff : null,
                RebootsDone = it.RebootsDone,
            });
        }
    }

    /// <inheritdoc />
    public Task WaitExitAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Known(vm);
        lock (it.Sync)
        {
            return IsUp(it) ? it.Exit.Task.WaitAsync(ct) : Task.CompletedTask;
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>([.. world.Where(pair => pair.Value.Power != ObservedPower.Absent).Select(pair => pair.Key)]);

    /// <inheritdoc />
    public IConsoleLog? Console(string vmId) => world.TryGetValue(vmId, out var it) ? it.Console : null;

    /// <summary>Lets a guest's process die, as a fault of the host would.</summary>
    public void Kill(string vmId) => End(world[vmId], guestPoweredOff: false);

    /// <summary>Lets a guest switch itself off.</summary>
    public void PowerOffGuest(string vmId) => End(world[vmId], guestPoweredOff: true);

    private SimulatedVm Admit(VmAssignment vm)
    {
        var it = Known(vm);
        lock (it.Sync)
        {
            if (vm.Incarnation < it.Newest.Incarnation)
            {
                throw new VmDriverException(
                    "StaleIncarnation", $"VM {vm.VmId} is at incarnation {it.Newest.Incarnation} here; {vm.Incarnation} is past.");
            }

            it.Newest = vm.Generation >= it.Newest.Generation ? vm : it.Newest;
        }

        return it;
    }

    private SimulatedVm Known(VmAssignment vm) => world.GetOrAdd(vm.VmId, _ => TakeUp(vm));

    private SimulatedVm TakeUp(VmAssignment vm)
    {
        var it = new SimulatedVm(vm);
        it.Power = vm.LastObserved switch
        {
            ObservedPower.Absent => ObservedPower.Absent,
            ObservedPower.Stopped or ObservedPower.Starting or ObservedPower.Failed => ObservedPower.Stopped,
            ObservedPower.Running or ObservedPower.Stopping => ObservedPower.Running,
            ObservedPower.Paused => ObservedPower.Paused,
        };
        if (IsUp(it))
        {
            // A reboot asked for in a newer generation than was heard of last is still to be done.
            it.RebootsDone = vm.LastObservedGeneration >= vm.Generation ? vm.RebootCount : Math.Max(0, vm.RebootCount - 1);
            Boot(it, vm, time.GetUtcNow());
        }

        return it;
    }

    private void Boot(SimulatedVm it, VmAssignment vm, DateTimeOffset startedAt)
    {
        it.Boots++;
        it.StartedAt = startedAt;
        it.AliveSince = time.GetUtcNow();
        it.GuestPoweredOff = null;
        it.Exit = it.Exit.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : it.Exit;
        it.Console.Write($"probe vm={vm.Name} boot=simulated-{it.Boots} counter=1 memory_mib={vm.MemoryMiB} vcpus={vm.Vcpus}");
    }

    private static void End(SimulatedVm it, bool? guestPoweredOff)
    {
        lock (it.Sync)
        {
            if (!IsUp(it))
            {
                return;
            }

            it.Power = ObservedPower.Stopped;
            it.GuestPoweredOff = guestPoweredOff;
            it.StartedAt = null;
            it.AliveSince = null;
            it.Exit.TrySetResult();
        }
    }

    private Task SwitchAsync(VmAssignment vm, ObservedPower power)
    {
        var it = Admit(vm);
        ThrowUnlessUp(it);
        lock (it.Sync)
        {
            it.Power = power;
        }

        return Task.CompletedTask;
    }

    private static bool IsUp(SimulatedVm it) => it.Power is ObservedPower.Running or ObservedPower.Paused;

    private static void ThrowUnlessUp(SimulatedVm it)
    {
        if (!IsUp(it))
        {
            throw new VmDriverException("NotRunning", $"VM {it.Newest.VmId} has no guest that runs.");
        }
    }

    private static void ThrowIfItFalls(VmAssignment vm, string step, double? rate)
    {
        if (FaultDice.Falls(vm.VmId, vm.Generation, step, rate ?? 0))
        {
            throw new VmDriverException("SimulatedFault", $"The {step} of VM {vm.VmId} at generation {vm.Generation} fails (simulated).");
        }
    }

    // What is already so takes no time and cannot fail.
    private async Task<bool> LatencyAsync(int? latencyMs, bool needed, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (needed && latencyMs is > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(latencyMs.Value), time, ct);
        }

        return needed;
    }
}
