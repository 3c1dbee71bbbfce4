using ControlPlane.Agent.Drivers;
using ControlPlane.Agent.Drivers.Simulated;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Agent.Tests.Drivers.Simulated;

public sealed class SimulatedDriverTests : VmDriverConformance
{
    private readonly SimulatedDriver driver = new(TimeProvider.System);

    protected override IVmDriver Driver => driver;

    // All simulated hosts are one driver's.
    protected override IVmDriver Elsewhere => driver;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;

    protected override VmAssignment NewVm() => Assignments.New() with { Simulation = new Simulation { StartLatencyMs = 1 } };

    protected override Task KillProcessAsync(VmAssignment vm)
    {
        driver.Kill(vm.VmId);
        return Task.CompletedTask;
    }

    protected override Task PowerOffGuestAsync(VmAssignment vm)
    {
        driver.PowerOffGuest(vm.VmId);
        return Task.CompletedTask;
    }

    protected override bool LeavesTraces(VmAssignment vm) => false;

    [Theory]
    [InlineData(ObservedPower.Absent, ObservedPower.Absent)]
    [InlineData(ObservedPower.Stopped, ObservedPower.Stopped)]
    [InlineData(ObservedPower.Starting, ObservedPower.Stopped)]
    [InlineData(ObservedPower.Running, ObservedPower.Running)]
    [InlineData(ObservedPower.Paused, ObservedPower.Paused)]
    [InlineData(ObservedPower.Stopping, ObservedPower.Running)]
    [InlineData(ObservedPower.Failed, ObservedPower.Stopped)]
    public async Task After_a_restart_of_the_service_a_vm_is_what_it_was_last_heard_to_be(ObservedPower heard, ObservedPower expected)
    {
        var vm = NewVm() with { LastObserved = heard, LastObservedGeneration = 1 };
        Assert.Equal(expected, (await driver.ObserveAsync(vm, None)).Power);
    }

    [Fact]
    public async Task A_start_takes_the_assigned_time_and_not_less()
    {
        var time = new FakeTimeProvider();
        var slow = new SimulatedDriver(time);
        var vm = Assignments.New() with { Simulation = new Simulation { StartLatencyMs = 5000 } };
        await slow.PrepareAsync(vm, None);
        var start = slow.StartAsync(vm, None);
        time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(start.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await start.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task A_fault_falls_the_same_way_each_time_and_about_as_often_as_asked()
    {
        var fallen = 0;
        for (var number = 0; number < 1000; number++)
        {
            var vm = Assignments.New() with { VmId = $"vm_{number}", Simulation = new Simulation { PrepareFaultRate = 0.2 } };
            var first = await FailsAsync(vm);
            Assert.Equal(first, await FailsAsync(vm));
            fallen += first ? 1 : 0;
        }

        Assert.InRange(fallen, 150, 250);
    }

    [Fact]
    public async Task A_fault_rate_of_one_always_fails_with_a_reason_and_of_zero_never()
    {
        var vm = Assignments.New();
        var always = vm with { Simulation = new Simulation { PrepareFaultRate = 1 } };
        Assert.Equal("SimulatedFault", (await Assert.ThrowsAsync<VmDriverException>(() => driver.PrepareAsync(always, None))).Reason);
        await driver.PrepareAsync(vm with { Simulation = new Simulation() }, None);
    }

    private async Task<bool> FailsAsync(VmAssignment vm)
    {
        try
        {
            await new SimulatedDriver(TimeProvider.System).PrepareAsync(vm, None);
            return false;
        }
        catch (VmDriverException)
        {
            return true;
        }
    }
}
