namespace ControlPlane.System.Tests.Fleets;

/// <summary>What short troubles do to a guest, namely nothing: the same process counts on, and what is asked of it afterwards is done.</summary>
[Collection(RealGuests.Name)]
public sealed class ShortTroubleTests(StandingFleet standing) : IClassFixture<StandingFleet>
{
    private const int Ticks = 50;

    [SkippableTheory]
    [InlineData(Way.In)]
    [InlineData(Way.Out)]
    [InlineData(Way.Both)]
    public async Task A_host_that_is_cut_off_for_a_moment_keeps_its_guest(Way way) => await LivesThroughAsync(async (fleet, vm) =>
    {
        var alpha = fleet["alpha"];
        await alpha.Network.CutAsync(way, fleet.ServiceNetwork.Address);
        await CountsOnAsync(fleet, vm);
        await alpha.Network.HealAsync();
    });

    [SkippableFact]
    public async Task A_service_that_is_killed_and_comes_back_has_stopped_nothing() => await LivesThroughAsync(async (fleet, vm) =>
    {
        await fleet.Service.KillAsync();
        await CountsOnAsync(fleet, vm);
        await fleet.Service.StartAgainAsync();
    });

    [SkippableFact]
    public async Task A_service_that_stands_still_for_a_while_has_stopped_nothing() => await LivesThroughAsync(async (fleet, vm) =>
    {
        fleet.Service.Send(Signal.Stop);
        await CountsOnAsync(fleet, vm);
        fleet.Service.Send(Signal.Continue);
    });

    [SkippableFact]
    public async Task An_agent_that_stands_still_for_a_while_has_stopped_nothing() => await LivesThroughAsync(async (fleet, vm) =>
    {
        fleet["alpha"].Agent.Send(Signal.Stop);
        await CountsOnAsync(fleet, vm);
        fleet["alpha"].Agent.Send(Signal.Continue);
    });

    [SkippableFact]
    public async Task An_agent_that_is_killed_and_started_again_at_work_takes_its_guest_up() => await LivesThroughAsync(async (fleet, vm) =>
    {
        var agent = fleet["alpha"].Agent;
        for (var round = 0; round < 2; round++)
        {
            var work = fleet.Service.DoAsync(HttpMethod.Post, "/v1/vms", new { name = $"work-{round}", spec = RealGuests.Spec() });
            await Eventually.TrueAsync(() => fleet.Hosts.Any(host => host.VmFolders().Count > 1), TimeSpan.FromSeconds(60), fleet.Told);
            await agent.KillAsync();
            agent.Run();
            await work;
        }
        for (var round = 0; round < 2; round++) { await fleet.Service.DoAsync(HttpMethod.Delete, $"/v1/vms/work-{round}"); }
    });

    private async Task LivesThroughAsync(Func<Fleet, string, Task> trouble)
    {
        var (fleet, vm) = await standing.WithGuestAsync();
        var (_, before) = Assert.Single(fleet.Guests(vm));
        await trouble(fleet, vm);
        Assert.Equal(before, Assert.Single(fleet.Guests(vm)).Process);
        await fleet.Service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/pause");
        await fleet.Service.DoAsync(HttpMethod.Post, $"/v1/vms/{vm}/resume");
        await fleet.StateAsync(vm, "RUNNING");
        await fleet.CountsAsync(vm, "alpha");
        Assert.Equal(before, Assert.Single(fleet.Guests(vm)).Process);
        fleet.RanOnce(vm);
    }

    // The trouble lasts as long as the guest takes to count so far.
    private static async Task CountsOnAsync(Fleet fleet, string vm)
    {
        var first = (await fleet.CountsAsync(vm, "alpha")).Counter;
        await fleet.Clock.NextAsync(vm, line => line.Counter >= first + Ticks, TimeSpan.FromSeconds(120), fleet.Told);
    }
}
