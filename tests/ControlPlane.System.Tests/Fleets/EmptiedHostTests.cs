namespace ControlPlane.System.Tests.Fleets;

/// <summary>Hosts with real guests are emptied while a client goes on creating VMs.</summary>
[Collection(RealGuests.Name)]
public sealed class EmptiedHostTests
{
    // Each is a boot, and a small machine has to run them all at the end.
    private const int MostMeanwhile = 2;

    [SkippableFact]
    public async Task Whoever_is_there_or_on_the_way_goes_elsewhere_and_whoever_comes_meanwhile_begins_elsewhere()
    {
        Fleet.Require();
        await using var fleet = await Fleet.StartAsync(["alpha", "beta"]);
        await fleet.Service.AskAsync(200, HttpMethod.Post, "/v1/hosts/beta/cordon");
        // Those of alpha have their room and do not run yet; when beta's turn comes, all run.
        List<string> vms = [await ClaimAsync(fleet, "early-0"), await ClaimAsync(fleet, "early-1")];
        await fleet.Service.AskAsync(200, HttpMethod.Post, "/v1/hosts/beta/uncordon");
        await EmptyAsync(fleet, vms, "alpha", "beta");
        await fleet.Service.AskAsync(200, HttpMethod.Post, "/v1/hosts/alpha/activate");
        await EmptyAsync(fleet, vms, "beta", "alpha");
        foreach (var vm in vms) { await fleet.Service.DoAsync(HttpMethod.Delete, $"/v1/vms/{vm}"); }
        await fleet.NothingLeftAsync();
    }

    private static async Task<string> ClaimAsync(Fleet fleet, string name) =>
        fleet.Follow(await fleet.Service.AskAsync(202, HttpMethod.Post, "/v1/vms", new { name, spec = RealGuests.Spec() }));

    private static async Task EmptyAsync(Fleet fleet, List<string> vms, string from, string to)
    {
        var begun = await fleet.Service.AskAsync(202, HttpMethod.Post, $"/v1/hosts/{from}/drain", new { parallelism = 2 });
        var drain = begun.GetProperty("id").GetString()!;
        var meanwhile = 0;
        while (meanwhile < MostMeanwhile && !(await fleet.Service.GetAsync($"/v1/operations/{drain}")).GetProperty("done").GetBoolean())
        {
            var wanted = new { name = $"late-{from}-{meanwhile++}", spec = RealGuests.Spec() };
            vms.Add(fleet.Follow(await fleet.Service.DoAsync(HttpMethod.Post, "/v1/vms", wanted)));
        }

        var ended = await fleet.EndOfAsync(drain, seconds: 300);
        Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", $"{ended}\n{fleet.Told()}");
        Assert.Equal("MAINTENANCE", (await fleet.Service.GetAsync($"/v1/hosts/{from}")).GetProperty("state").GetString());
        Assert.NotEqual(0, meanwhile);
        foreach (var vm in vms)
        {
            await fleet.StateAsync(vm, "RUNNING");
            await fleet.CountsAsync(vm, to);
            Assert.Equal(to, Assert.Single(fleet.Guests(vm)).Host.Name);
            fleet.RanOnce(vm);
        }
        await Eventually.TrueAsync(() => fleet[from].VmFolders().Count == 0, TimeSpan.FromSeconds(60), fleet.Told);
    }
}
