using System.Text.Json;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Host = ControlPlane.Core.Hosts.Host;

namespace ControlPlane.Api.Tests.Allocations;

/// <summary>Claims that are decided in memory and written for a whole commit at once, beside what Entity Framework would have written.</summary>
public abstract class GroupClaimTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly object amounts = new { vcpu = 2, memoryMiB = 1_024 };
    private Store Store => service.Services.GetRequiredService<Store>();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_claim_in_memory_leaves_the_rows_that_the_context_would_leave()
    {
        await service.AddHostAsync("h1");
        await service.AddHostAsync("h2");
        await service.PostedAsync(201, "/v1/pools", new { name = "outer", limits = new { vcpu = 100 } });
        await service.PostedAsync(201, "/v1/pools", new { name = "inner", parent = "outer" });
        var start = Store.Revision;
        var posted = await service.PostedAsync(201, "/v1/pools/inner/allocations",
            new { owner = "w", host = "h1", engine = "SOFTWARE", resources = amounts });
        var middle = Store.Revision;
        await ByContextAsync("inner", "h2");

        await using var db = Store.Read(null);
        var hosts = await db.Hosts.OrderBy(host => host.Name).ToListAsync();
        Assert.Equal(Text(hosts[1]), Text(hosts[0]));
        var held = await db.Allocations.OrderBy(row => row.CreateTime).ToListAsync();
        Assert.Equal(Text(held[1]), Text(held[0]));
        Assert.Equal($"\"{held[0].Version}\"", posted.GetProperty("etag").GetString());
        var events = await db.Events.Where(row => row.Revision > start).OrderBy(row => row.Kind).ThenBy(row => row.Revision).ToListAsync();
        var (first, second) = (events.Where(row => row.Revision <= middle), events.Where(row => row.Revision > middle));
        Assert.Equal(second.Select(row => (row.Kind, row.Type, row.Project, row.State)), first.Select(row => (row.Kind, row.Type, row.Project, row.State)));
        foreach (var pool in await db.Pools.Where(pool => pool.Parent != null || pool.Limits.Any()).ToListAsync())
        {
            Assert.Equal(4, pool.Of(ResourceClass.Vcpu)!.Used);
            Assert.Equal((2048, 3), (pool.Of(ResourceClass.MemoryMiB)!.Used, pool.Version));
        }
        await MemoryIsTheStoreAsync();
    }

    [SkippableFact]
    public async Task After_many_clients_at_once_memory_is_what_the_store_holds_and_every_decision_can_be_made_again()
    {
        for (var i = 0; i < 3; i++) { await service.AddHostAsync($"h{i}", vcpu: 16); }
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => service.PostAsync("/v1/pools/default/allocations",
            new { owner = $"o{i}", resources = amounts }, i % 3 == 0 ? [("Idempotency-Key", $"k{i}")] : [])));

        Assert.Equal(24, answers.Count(answer => (int)answer.StatusCode == 201));
        Assert.Equal(6, answers.Count(answer => (int)answer.StatusCode == 409));
        await MemoryIsTheStoreAsync();
        foreach (var answer in answers.Where(answer => answer.IsSuccessStatusCode))
        {
            var held = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            var record = await service.GetAsync($"/v1/placements/{held.GetProperty("placement").GetString()}");
            var best = record.GetProperty("hosts").EnumerateArray().Single(host => host.GetProperty("rank") is { ValueKind: JsonValueKind.Number } rank && rank.GetInt32() == 1);
            Assert.Equal(held.GetProperty("host").GetString(), best.GetProperty("host").GetString());
            Assert.Equal(3, record.GetProperty("considered").GetInt32());
        }
    }

    [SkippableFact]
    public async Task A_rehearsal_and_a_refusal_leave_nothing_in_memory_either()
    {
        await service.AddHostAsync("h1", vcpu: 4);
        var before = (Store.Revision, Store.Ledger);
        await service.PostedAsync(200, "/v1/pools/default/allocations?validateOnly=true", new { owner = "o", resources = amounts });
        await ServiceFixture.RefusedAsync(422, "exceeds-every-host",
            await service.PostAsync("/v1/pools/default/allocations", new { owner = "o", resources = new { vcpu = 5 } }));
        Assert.Equal(before, (Store.Revision, Store.Ledger));
        await MemoryIsTheStoreAsync();
    }

    [SkippableFact]
    public async Task What_was_changed_past_the_lane_is_read_anew_and_the_claims_are_placed_again()
    {
        await service.AddHostAsync("h1", vcpu: 8);
        await service.AddHostAsync("h2", vcpu: 8);
        await PastTheLaneAsync(
            "UPDATE host_inventory SET used = 7 WHERE scope = 'Host' AND resource = 'vcpu' AND host_id IN (SELECT id FROM hosts WHERE name = 'h1')",
            "UPDATE hosts SET generation = generation + 1 WHERE name = 'h1'");

        var hosts = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = $"o{i}", resources = new { vcpu = 4 }, placement = new { algorithm = "FIRST_FIT" } });
            hosts.Add($"{held.GetProperty("host")}");
        }

        var other = await service.GetAsync("/v1/hosts/h2");
        Assert.Equal([$"{other.GetProperty("id")}"], hosts);
        await MemoryIsTheStoreAsync(withHistory: false);
    }

    private async Task PastTheLaneAsync(params string[] statements)
    {
        await using var db = Store.Read(null);
        foreach (var sql in statements) { await db.Database.ExecuteSqlRawAsync(sql); }
    }

    private Task<bool> ByContextAsync(string poolName, string hostName) => Store.WriteAsync("default", async session =>
    {
        var host = await session.Db.Hosts.SingleAsync(row => row.Name == ResourceName.Parse(hostName));
        var pool = await session.Db.Pools.SingleAsync(row => row.Name == ResourceName.Parse(poolName));
        var demand = ResourceVector.Of((ResourceClass.Vcpu, 2), (ResourceClass.MemoryMiB, 1_024));
        var taken = Ledger.Take(host, EngineKind.Software, [pool, await session.Db.Pools.SingleAsync(row => row.Id == pool.Parent)], demand);
        Assert.Equal(AllocationOutcome.Allocated, taken);
        session.Db.Allocations.Add(new(
            new(Guid.CreateVersion7(session.Now)), "default", pool.Id, host.Id, EngineKind.Software, "w", null, demand, session.Now));
        return true;
    }, CancellationToken.None);

    // All that the rows say but who they are and when they were made.
    private static string Text(Host host) => StoreJson.Write(new
    {
        host.Driver, host.Labels, host.Traits, host.Engines.Count, host.Generation, host.Version, Moved = host.UpdateTime > host.CreateTime,
        Inventory = host.Inventory.OrderBy(entry => (entry.Scope, entry.Resource))
            .Select(entry => new { entry.Scope, Resource = entry.Resource.ToString(), entry.Total, entry.Reserved, entry.Overcommit.Permille, entry.Used, entry.Exclusive }),
        Nodes = host.Nodes.Select(node => new { node.Number, node.UsedVcpus, node.PinnedCores, node.UsedMemoryMiB }),
    });

    private static string Text(Allocation held) => StoreJson.Write(new
    {
        held.Project, Pool = held.Pool.ToString(), held.Engine, held.Owner, held.Vm, held.Version, Same = held.CreateTime == held.UpdateTime,
        held.Resources,
    });

    private async Task MemoryIsTheStoreAsync(bool withHistory = true)
    {
        await using var db = Store.Read(null);
        var ledger = Store.Ledger;
        foreach (var host in await db.Hosts.ToListAsync()) { Assert.Equal(Text(host), Text(ledger.Host(host.Id)!)); }
        foreach (var pool in await db.Pools.ToListAsync())
        {
            var known = ledger.Pool(pool.Id)!;
            Assert.Equal((pool.Generation, pool.Version), (known.Generation, known.Version));
            Assert.Equal(pool.Limits.OrderBy(limit => limit.Resource).Select(limit => (limit.Resource, limit.Used)),
                known.Limits.OrderBy(limit => limit.Resource).Select(limit => (limit.Resource, limit.Used)));
        }
        if (!withHistory) { return; }
        var again = await HostHistory.FleetAtAsync(db, Store.Revision, CancellationToken.None);
        Assert.Equal(Store.Fleet.Hosts.Select(StoreJson.Write), again.Hosts.Select(StoreJson.Write));
    }
}
