using ControlPlane.Api.Persistence;
using ControlPlane.Api.Retention;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Retention;

/// <summary>The history of hosts keeps what some kept placement saw, and the present; nothing else.</summary>
public sealed class HistorySweepTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceFixture service;

    public HistorySweepTests() => service = new(services => services.AddSingleton<TimeProvider>(time));

    private Store Store => service.Services.GetRequiredService<Store>();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Every_kept_placement_shows_the_same_fleet_after_the_sweep_and_what_none_saw_is_gone()
    {
        for (var i = 0; i < 3; i++) { await service.AddHostAsync($"h{i}"); }
        var kept = new List<string>();
        for (var i = 0; i < 24; i++)
        {
            var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = $"o{i}", resources = new { vcpu = 1 + (i % 3) } });
            if (i % 6 == 0) { kept.Add($"{held.GetProperty("placement")}"); } else { await ForgetAsync($"{held.GetProperty("placement")}"); }
            if (i == 12) { await service.PostAsync("/v1/hosts/h1/cordon"); }
        }
        var before = await ShownAsync(kept);
        time.Advance(TimeSpan.FromMinutes(11));

        var removed = await new HistorySweep(Store, time).RunAsync(CancellationToken.None);

        Assert.Equal(before, await ShownAsync(kept));
        await using var db = Store.Read(null);
        // For each of four records and for the present at most one row of each of three hosts.
        Assert.InRange(await db.HostHistory.CountAsync(), 3, 15);
        Assert.InRange(removed, 13, 40);
        var now = await HostHistory.FleetAtAsync(db, Store.Revision, CancellationToken.None);
        Assert.Equal(Store.Fleet.Hosts.Select(StoreJson.Write), now.Hosts.Select(StoreJson.Write));
    }

    [Fact]
    public async Task A_host_that_is_gone_leaves_nothing_once_no_record_tells_of_it()
    {
        await service.AddHostAsync("h1");
        var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "o", resources = new { vcpu = 1 } });
        var record = $"{held.GetProperty("placement")}";
        await service.SendAsync(HttpMethod.Delete, $"/v1/pools/default/allocations/{held.GetProperty("id")}");
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/hosts/h1"));
        time.Advance(TimeSpan.FromMinutes(11));
        await new HistorySweep(Store, time).RunAsync(CancellationToken.None);
        Assert.Equal(1, (await service.GetAsync($"/v1/placements/{record}")).GetProperty("considered").GetInt32());

        await ForgetAsync(record);
        await new HistorySweep(Store, time).RunAsync(CancellationToken.None);

        await using var db = Store.Read(null);
        Assert.Equal((0, 0), (await db.HostHistory.CountAsync(), await db.HostShapes.CountAsync()));
    }

    [Fact]
    public async Task What_is_young_stays_for_a_decision_that_is_not_kept_yet()
    {
        await service.AddHostAsync("h1");
        for (var i = 0; i < 5; i++)
        {
            var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = $"o{i}", resources = new { vcpu = 1 } });
            await ForgetAsync($"{held.GetProperty("placement")}");
        }
        await new HistorySweep(Store, time).RunAsync(CancellationToken.None);
        await using var db = Store.Read(null);
        Assert.Equal(6, await db.HostHistory.CountAsync());
    }

    private Task ForgetAsync(string placement)
    {
        var id = PlacementId.Parse(placement);
        return Store.WriteAsync(null, session => session.Db.Placements.Where(row => row.Id == id).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
    }

    private async Task<List<string>> ShownAsync(List<string> placements)
    {
        var shown = new List<string>();
        foreach (var placement in placements) { shown.Add((await service.GetAsync($"/v1/placements/{placement}")).ToString()); }
        return shown;
    }
}
