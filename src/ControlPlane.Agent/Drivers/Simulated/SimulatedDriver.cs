using System.Collections.Concurrent;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Simulated;

/// <summary>
/// A world of VMs in memory, for thousands of hosts at once: same states and refusals as QEMU, with latencies and fault rates from the
/// assignment. It keeps nothing over a restart; a VM it has not seen is what the service last heard of it.
/// </summary>
public sealed class SimulatedDriver(TimeProvider time) : IVmDriver
{
    private static readonly TimeSpan lookForTarget = TimeSpan.FromMilliseconds(20);
    private const int LooksForTarget = 500;

    // A VM that moves is on two hosts.
    private readonly ConcurrentDictionary<(string Host, string Vm), SimulatedVm> world = new();

    /// <inheritdoc />
    public bool TellsOfEveryChange => true;

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
    public async Task ReceiveAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        if (it.Move >= MovePhase.Listening)
        {
            return;
        }

        await LatencyAsync(vm.Simulation?.PrepareLatencyMs, it.Power == ObservedPower.Absent, ct);
        ThrowIfItFalls(vm, "receive", vm.Simulation?.PrepareFaultRate);
        lock (it.Sync)
        {
            (it.Power, it.Move) = (ObservedPower.Paused, MovePhase.Listening);
        }
    }

    /// <inheritdoc />
    public async Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct)
    {
        var it = Admit(vm);
        if (it.Move == MovePhase.HandedOver)
        {
            return;
        }

        lock (it.Sync)
        {
            it.Move = MovePhase.Memory;
        }

        progress(ProgressOf(it)!);
        await LatencyAsync(vm.Simulation?.MigrateLatencyMs, true, ct);
        try
        {
            ThrowIfItFalls(vm, "migrate", vm.Simulation?.MigrateFaultRate);
            HandOver(it, await TargetOfAsync(vm, ct));
        }
        catch (VmDriverException)
        {
            it.Move = MovePhase.None;
            throw;
        }
    }

    /// <inheritdoc />
    public Task CallBackAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Admit(vm);
        lock (it.Sync)
        {
            it.Power = it.Move == MovePhase.HandedOver && it.WasRunning ? ObservedPower.Running : it.Power;
            it.Move = MovePhase.None;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task RemoveAsync(VmAssignment vm, CancellationToken ct)
    {
        if (!world.TryGetValue(KeyOf(vm), out var it))
        {
            return;
        }

        await LatencyAsync(it.Newest.Simulation?.RemoveLatencyMs, true, ct);
        ThrowIfItFalls(it.Newest, "remove", it.Newest.Simulation?.RemoveFaultRate);
        End(it, guestPoweredOff: null);
        it.Console.Remove();
        world.TryRemove(KeyOf(vm), out _);
    }

    /// <inheritdoc />
    public Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct)
    {
        if (!world.TryGetValue(KeyOf(vm), out var it))
        {
            if (vm.LastObserved == ObservedPower.Absent)
            {
                return Task.FromResult(new DriverObservation(ObservedPower.Absent));
            }

            it = Known(vm);
        }

        lock (it.Sync)
        {
            if (vm.Generation >= it.Newest.Generation) { it.Newest = vm; }
            var up = IsUp(it);
            return Task.FromResult(new DriverObservation(it.Power)
            {
                StartedAt = up ? it.StartedAt : null,
                GuestAliveSince = up ? it.AliveSince : null,
                GuestPoweredOff = it.Power == ObservedPower.Stopped ? it.GuestPoweredOff : null,
                RebootsDone = it.RebootsDone,
                Move = ProgressOf(it),
            });
        }
    }

    /// <inheritdoc />
    public Task WaitExitAsync(VmAssignment vm, CancellationToken ct)
    {
        var it = Known(vm);
        lock (it.Sync)
        {
            if (!IsUp(it))
            {
                return Task.CompletedTask;
            }

            // What has arrived stays so: it is waited for only by the one that it comes to.
            var ended = it.Move == MovePhase.Listening ? Task.WhenAny(it.Exit.Task, it.Arrived.Task) : it.Exit.Task;
            return ended.WaitAsync(ct);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>(
        [
            .. world.Where(pair => pair.Value.Power != ObservedPower.Absent).Select(pair => pair.Key.Vm).Distinct(StringComparer.Ordinal),
        ]);

    /// <inheritdoc />
    public IConsoleLog? Console(string vmId) => NewestOf(vmId)?.Console;

    /// <summary>Lets a guest's process die, as a fault of the host would.</summary>
    public void Kill(string vmId) => End(NewestOf(vmId)!, guestPoweredOff: false);

    /// <summary>Lets a guest switch itself off.</summary>
    public void PowerOffGuest(string vmId) => End(NewestOf(vmId)!, guestPoweredOff: true);

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

    private SimulatedVm Known(VmAssignment vm) => world.GetOrAdd(KeyOf(vm), _ => TakeUp(vm));

    private static (string Host, string Vm) KeyOf(VmAssignment vm) => (vm.HostId, vm.VmId);

    private SimulatedVm? NewestOf(string vmId) =>
        world.Where(pair => pair.Key.Vm == vmId).Select(pair => pair.Value).MaxBy(it => (it.Newest.Incarnation, it.Newest.HostId));

    // After a restart the two ends are taken up one after the other.
    private async Task<SimulatedVm> TargetOfAsync(VmAssignment vm, CancellationToken ct)
    {
        for (var look = 0; look < LooksForTarget; look++)
        {
            if (world.TryGetValue((vm.Move!.PeerHostId, vm.VmId), out var target)
                && target.Newest.Incarnation == vm.Move.TargetIncarnation && target.Move >= MovePhase.Listening)
            {
                return target;
            }

            await Task.Delay(lookForTarget, time, ct);
        }

        throw new VmDriverException("TargetUnreachable", $"Host {vm.Move!.PeerHostId} does not listen for VM {vm.VmId} (simulated).");
    }

    private void HandOver(SimulatedVm it, SimulatedVm target)
    {
        lock (it.Sync)
        {
            it.WasRunning = it.Power == ObservedPower.Running;
            it.Power = it.WasRunning ? ObservedPower.Paused : it.Power;
            it.Move = MovePhase.HandedOver;
        }

        lock (target.Sync)
        {
            (target.StartedAt, target.AliveSince, target.Boots) = (it.StartedAt, it.AliveSince, it.Boots);
            (target.RebootsDone, target.Move) = (it.RebootsDone, MovePhase.Loaded);
            target.Arrived.TrySetResult();
        }
    }

    private static MoveProgress? ProgressOf(SimulatedVm it) => it.Move == MovePhase.None ? null : new()
    {
        Phase = it.Move,
        MemoryBytesTotal = it.Newest.MemoryMiB << 20,
        MemoryBytes = it.Move >= MovePhase.HandedOver ? it.Newest.MemoryMiB << 20 : 0,
        DowntimeMs = it.Move == MovePhase.HandedOver ? 0 : null,
    };

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
        it.Move = vm.LastMove;
        it.WasRunning = vm.LastObserved == ObservedPower.Running;
        if (it.Move is MovePhase.Disk or MovePhase.Memory) { it.Move = MovePhase.None; }
        if (it.Move is MovePhase.Listening or MovePhase.Loaded) { it.Power = ObservedPower.Paused; }
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
            // What was off at the source boots here.
            if (it.Move == MovePhase.Loaded && it.StartedAt is null) { Boot(it, vm, time.GetUtcNow()); }
            (it.Power, it.Move) = (power, MovePhase.None);
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
