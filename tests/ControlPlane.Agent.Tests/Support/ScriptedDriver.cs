using System.Collections.Concurrent;
using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Simulated;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>The simulated driver with every call written down and single ones made to fail or to hang.</summary>
public sealed class ScriptedDriver(TimeProvider time) : IVmDriver
{
    private int running;

    public SimulatedDriver World { get; } = new(time);

    public ConcurrentQueue<(string Call, VmAssignment? Vm, DateTimeOffset At)> Calls { get; } = new();

    /// <summary>Asked before each call: may throw, may wait.</summary>
    public Func<string, VmAssignment?, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    public bool TellsOfEveryChange { get; set; }

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<string> Names => [.. Calls.Select(call => call.Call)];

    public Task PrepareAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Prepare", vm, () => World.PrepareAsync(vm, ct), ct);

    public Task StartAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Start", vm, () => World.StartAsync(vm, ct), ct);

    public Task StopAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Stop" + vm.StopMode, vm, () => World.StopAsync(vm, ct), ct);

    public Task PauseAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Pause", vm, () => World.PauseAsync(vm, ct), ct);

    public Task ResumeAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Resume", vm, () => World.ResumeAsync(vm, ct), ct);

    public Task RebootAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Reboot", vm, () => World.RebootAsync(vm, ct), ct);

    public Task ReceiveAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Receive", vm, () => World.ReceiveAsync(vm, ct), ct);

    public Task SendAsync(VmAssignment vm, Action<MoveProgress> progress, CancellationToken ct) =>
        DoAsync("Send", vm, () => World.SendAsync(vm, progress, ct), ct);

    public Task CallBackAsync(VmAssignment vm, CancellationToken ct) => DoAsync("CallBack", vm, () => World.CallBackAsync(vm, ct), ct);

    public Task RemoveAsync(VmAssignment vm, CancellationToken ct) => DoAsync("Remove", vm, () => World.RemoveAsync(vm, ct), ct);

    public async Task<DriverObservation> ObserveAsync(VmAssignment vm, CancellationToken ct)
    {
        await Before("Observe", vm, ct);
        return await World.ObserveAsync(vm, ct);
    }

    public Task WaitExitAsync(VmAssignment vm, CancellationToken ct) => World.WaitExitAsync(vm, ct);

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken ct) => World.ListAsync(ct);

    public IConsoleLog? Console(string vmId) => World.Console(vmId);

    private async Task DoAsync(string call, VmAssignment? vm, Func<Task> act, CancellationToken ct)
    {
        Calls.Enqueue((call, vm, time.GetUtcNow()));
        lock (World)
        {
            running++;
            MostAtOnce = Math.Max(MostAtOnce, running);
        }

        try
        {
            await Before(call, vm, ct);
            await act();
        }
        finally
        {
            lock (World)
            {
                running--;
            }
        }
    }
}
