using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Vms;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Agent.Tests.Support;

/// <summary>An agent with a service's side, a simulated host and a clock that the test moves.</summary>
public sealed class AgentWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource life = new();
    private Task run = Task.CompletedTask;

    public AgentWorld()
    {
        Driver = new ScriptedDriver(Time);
        Agent = NewAgent();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeLink Link { get; } = new();

    public ScriptedDriver Driver { get; }

    public AgentOptions Options { get; } = new() { VmsDirectory = "/nowhere", StrayCheckSeconds = 5, RestartStableSeconds = 1000 };

    public HostAgent Agent { get; private set; }

    /// <summary>What its host's lease lets it do; null for nothing in its way.</summary>
    public VmFence? Fence { get; set; }

    public HostAgent NewAgent() =>
        new(Link, Driver, new AssignmentScope("host_test"), Options, Time, NullLogger<HostAgent>.Instance, Fence);

    public void Run()
    {
        Agent = NewAgent();
        run = Agent.RunAsync(life.Token);
    }

    public async Task StopAsync()
    {
        await life.CancelAsync();
        await run.WaitAsync(Eventually.Limit);
    }

    /// <summary>Moves the clock in small steps until it holds.</summary>
    public Task UntilAsync(Func<bool> holds, string what, double stepSeconds = 0.1) => Eventually.HoldsAsync(
        () =>
        {
            if (holds())
            {
                return true;
            }

            Time.Advance(TimeSpan.FromSeconds(stepSeconds));
            return false;
        },
        what);

    /// <summary>Waits until the newest observation of a VM is such.</summary>
    public async Task<VmObservation> ReportedAsync(VmAssignment vm, Func<VmObservation, bool> such, double stepSeconds = 0.1)
    {
        await UntilAsync(
            () => Link.Of(vm.VmId) is [.., var last] && such(last),
            $"a report as wanted; the last one is {Link.Of(vm.VmId).LastOrDefault()}", stepSeconds);
        return Link.Of(vm.VmId)[^1];
    }

    /// <summary>Waits until a generation was reached with a power.</summary>
    public Task<VmObservation> ReachedAsync(VmAssignment vm, ObservedPower power) =>
        ReportedAsync(vm, seen => seen.Generation == vm.Generation && seen.Power == power && seen.Failure is null);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        life.Dispose();
    }
}
