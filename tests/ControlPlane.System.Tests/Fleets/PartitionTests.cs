namespace ControlPlane.System.Tests.Fleets;

/// <summary>
/// Hosts that are cut off for longer than their lease, and a service that is away for longer: a guest that is to start elsewhere ends before
/// it does, and one that is to stay counts on all the while.
/// </summary>
[Collection(RealGuests.Name)]
public sealed class PartitionTests(LeasedFleet leased) : IClassFixture<LeasedFleet>
{
    [SkippableTheory]
    [InlineData(Way.In)]
    [InlineData(Way.Out)]
    [InlineData(Way.Both)]
    public async Task A_host_that_is_cut_off_ends_its_guests_before_they_start_elsewhere(Way way)
    {
        var fleet = await leased.GetAsync();
        var (goes, stays) = await GuestsAsync(fleet, way);
        var home = fleet[LeasedFleet.Home];

        await home.Network.CutAsync(way, fleet.ServiceNetwork.Address);
        await fleet.CountsAsync(goes, LeasedFleet.Elsewhere);
        Assert.Equal(LeasedFleet.Elsewhere, Assert.Single(fleet.Guests(goes)).Host.Name);
        await fleet.StateAsync(goes, "RUNNING");
        await fleet.StateAsync(stays.Vm, "UNKNOWN");
        await home.Network.HealAsync();

        await HostIsAsync(fleet, LeasedFleet.Home, "ACTIVE");
        await Eventually.TrueAsync(() => home.VmFolders().Count == 1, TimeSpan.FromSeconds(60), fleet.Told);
        await fleet.StateAsync(stays.Vm, "RUNNING");
        await fleet.CountsAsync(stays.Vm, LeasedFleet.Home);
        await fleet.CountsAsync(goes, LeasedFleet.Elsewhere);
        Assert.Equal(stays.Process, Assert.Single(fleet.Guests(stays.Vm)).Process);
        Assert.Equal(LeasedFleet.Elsewhere, Assert.Single(fleet.Guests(goes)).Host.Name);
        Assert.Equal(2, (await fleet.StatusAsync(goes)).GetProperty("incarnation").GetInt64());
        await GoneAsync(fleet, goes, stays.Vm);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_is_away_for_longer_than_the_lease_loses_no_host(bool hangs)
    {
        var fleet = await leased.GetAsync();
        var (goes, stays) = await GuestsAsync(fleet, null);
        var lost = await RecoveriesAsync(fleet);

        if (hangs) { fleet.Service.Send(Signal.Stop); } else { await fleet.Service.KillAsync(); }
        await Eventually.TrueAsync(() => fleet.Guests(goes).Count == 0, TimeSpan.FromSeconds(60), () => "its guest is not ended");
        await fleet.CountsAsync(stays.Vm, LeasedFleet.Home);
        if (hangs) { fleet.Service.Send(Signal.Continue); } else { await fleet.Service.StartAgainAsync(); }

        await fleet.CountsAsync(goes, LeasedFleet.Home);
        await fleet.StateAsync(goes, "RUNNING");
        await fleet.StateAsync(stays.Vm, "RUNNING");
        await HostIsAsync(fleet, LeasedFleet.Home, "ACTIVE");
        Assert.Equal(stays.Process, Assert.Single(fleet.Guests(stays.Vm)).Process);
        Assert.Equal(LeasedFleet.Home, Assert.Single(fleet.Guests(goes)).Host.Name);
        Assert.Equal(1, (await fleet.StatusAsync(goes)).GetProperty("incarnation").GetInt64());
        Assert.Equal(lost, await RecoveriesAsync(fleet));
        await GoneAsync(fleet, goes, stays.Vm);
    }

    // The host without their disks has the most room, and they like room.
    private static async Task<(string Goes, (string Vm, GuestProcess Process) Stays)> GuestsAsync(Fleet fleet, Way? way)
    {
        await fleet.Service.AskAsync(201, HttpMethod.Post, "/v1/pools/default/allocations",
            new { owner = "test", host = LeasedFleet.Elsewhere, resources = new { vcpu = 1 } });
        var goes = await fleet.CreateAsync($"goes-{way}".ToLowerInvariant().TrimEnd('-'), LeasedFleet.Home,
            more: new { placement = new { algorithm = "WORST_FIT" } });
        var stays = await fleet.CreateAsync($"stays-{way}".ToLowerInvariant().TrimEnd('-'), LeasedFleet.Home, more: new { onHostLoss = "STAY" });
        return (goes, (stays, Assert.Single(fleet.Guests(stays)).Process));
    }

    private static async Task HostIsAsync(Fleet fleet, string name, string state) => await Eventually.TrueAsync(
        async () => (await fleet.Service.GetAsync($"/v1/hosts/{name}")).GetProperty("state").GetString() == state, TimeSpan.FromSeconds(60), fleet.Told);

    private static async Task<int> RecoveriesAsync(Fleet fleet) =>
        (await fleet.Service.GetAsync("/v1/operations?filter=" + Uri.EscapeDataString("kind = RECOVER_HOST"))).GetProperty("items").GetArrayLength();

    private static async Task GoneAsync(Fleet fleet, params string[] vms)
    {
        foreach (var vm in vms)
        {
            fleet.RanOnce(vm);
            await fleet.Service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm}");
        }
        var taken = await fleet.Service.GetAsync("/v1/pools/default/allocations?filter=" + Uri.EscapeDataString("owner = test"));
        foreach (var each in taken.GetProperty("items").EnumerateArray())
        {
            await fleet.Service.SendAsync(HttpMethod.Delete, $"/v1/pools/default/allocations/{each.GetProperty("id").GetString()}");
        }
        await fleet.NothingLeftAsync();
    }
}
