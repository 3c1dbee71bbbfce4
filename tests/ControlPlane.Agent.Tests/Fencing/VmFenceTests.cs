using ControlPlane.Agent.Fencing;
using ControlPlane.Agent.Remote;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;
using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Agent.Tests.Fencing;

/// <summary>An agent that cannot renew its lease, on a clock that the test moves.</summary>
public sealed class VmFenceTests : IAsyncDisposable
{
    private static readonly LeaseTerms Terms =
        LeaseTerms.TryCreate(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), 10, out var terms) ? terms! : throw new InvalidOperationException();

    private readonly AgentWorld world = new();
    private readonly HostLease lease;
    private bool watched = true;

    public VmFenceTests()
    {
        lease = new HostLease(world.Time);
        world.Fence = new VmFence(lease, () => watched, world.Time);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Guests_stand_still_before_the_lease_ends_and_go_on_when_it_is_renewed()
    {
        var vm = await RunningAsync();
        await PassAsync(Terms.PauseAfter);
        await DidAsync("Pause");
        Assert.DoesNotContain("StopForced", world.Driver.Names);

        lease.Renew(1, new(lease.Now, Terms));
        await DidAsync("Resume");
        await world.ReportedAsync(vm, seen => seen is { Power: ObservedPower.Running, Restarts: 0 });
    }

    [Fact]
    public async Task Guests_are_ended_when_the_lease_is_over_and_begun_again_under_the_next()
    {
        var vm = await RunningAsync();
        await PassAsync(Terms.StopAfter);
        await DidAsync("StopForced");
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.Single(world.Driver.Names, name => name == "Start");

        lease.Renew(1, new(lease.Now, Terms));
        await world.UntilAsync(() => world.Driver.Names.Count(name => name == "Start") == 2, "it is begun again");
        await world.ReportedAsync(vm, seen => seen.Power == ObservedPower.Running);
    }

    [Fact]
    public async Task A_guest_that_is_to_stay_runs_on_without_a_lease()
    {
        await RunningAsync(HostLossRule.Stay);
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain(world.Driver.Names, name => name is "Pause" or "StopForced");
    }

    [Fact]
    public async Task A_guest_that_its_owner_paused_stays_so_when_the_lease_is_renewed()
    {
        var vm = await RunningAsync();
        var paused = vm.Then(DesiredPower.Paused);
        world.Link.Assign(paused);
        await world.ReachedAsync(paused, ObservedPower.Paused);
        await PassAsync(Terms.PauseAfter);
        lease.Renew(1, new(lease.Now, Terms));
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("Resume", world.Driver.Names);
    }

    [Theory]
    [InlineData("no lease")]
    [InlineData("no watchdog")]
    [InlineData("another session")]
    public async Task Nothing_is_begun_without(string what)
    {
        watched = what != "no watchdog";
        if (what != "no lease") { lease.Begin(what == "another session" ? 2 : 1, new(lease.Now, Terms)); }
        world.Run();
        world.Link.Assign(Told());
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(world.Driver.Names, name => name is "Prepare" or "Start");
    }

    [Fact]
    public async Task What_is_told_again_in_the_present_session_is_begun()
    {
        lease.Begin(2, new(lease.Now, Terms));
        world.Run();
        var vm = Told();
        world.Link.Assign(vm);
        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain("Start", world.Driver.Names);
        world.Link.Assign(vm with { Session = 2 });
        await world.ReachedAsync(vm, ObservedPower.Running);
    }

    [Fact]
    public async Task What_must_not_be_there_is_removed_without_a_lease()
    {
        var vm = await RunningAsync();
        await PassAsync(Terms.PauseAfter);
        await DidAsync("Pause");
        world.Link.Assign(vm.Then(DesiredPower.Absent));
        await DidAsync("Remove");
    }

    private static VmAssignment Told(HostLossRule rule = HostLossRule.RestartElsewhere) =>
        Assignments.New() with { Session = 1, OnHostLoss = rule, Simulation = new() };

    private async Task<VmAssignment> RunningAsync(HostLossRule rule = HostLossRule.RestartElsewhere)
    {
        lease.Begin(1, new(lease.Now, Terms));
        world.Run();
        var vm = Told(rule);
        world.Link.Assign(vm);
        await world.ReachedAsync(vm, ObservedPower.Running);
        lease.Renew(1, new(lease.Now, Terms));
        return vm;
    }

    private Task DidAsync(string call) => world.UntilAsync(() => world.Driver.Names.Contains(call), $"{call} is called");

    // In steps that the agent can follow.
    private async Task PassAsync(TimeSpan time)
    {
        var end = world.Time.GetUtcNow() + time;
        await world.UntilAsync(() => world.Time.GetUtcNow() >= end, "time passes", time > TimeSpan.FromMinutes(1) ? 1 : 0.1);
    }
}
