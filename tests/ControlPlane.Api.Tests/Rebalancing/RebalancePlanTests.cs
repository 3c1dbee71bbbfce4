using System.Text.Json;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Rebalancing;

/// <summary>Plans on simulated hosts: h1 is there when the VMs are made, h2 comes later and is empty.</summary>
public sealed class RebalancePlanTests : IAsyncLifetime
{
    private const string Plans = "/v1/pools/default/rebalance-plans";

    private readonly ServiceFixture service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_plan_evens_out_two_hosts_and_moves_nothing()
    {
        await SkewedAsync();
        var standing = (await Standing.ReadAsync(service)) with { Revision = 0 };

        using var response = await service.PostAsync(Plans, new { goal = "BALANCE" });
        var plan = await ServiceFixture.ReadAsync(201, response);

        var moves = Items(plan, "moves");
        Assert.Equal(2, moves.Count);
        Assert.All(moves, move => Assert.Equal(("h1", "h2"), (Text(move, "fromHostName"), Text(move, "toHostName"))));
        Assert.All(moves, move => Assert.Equal(1_024 + 512, move.GetProperty("cost").GetProperty("totalMiB").GetInt64()));
        Assert.Equal(0.5, plan.GetProperty("scoreBefore").GetDouble(), 1e-9);
        Assert.Equal(0, plan.GetProperty("scoreAfter").GetDouble(), 1e-9);
        Assert.Equal("NO_BETTER_MOVE", Text(plan, "stoppedBy"));
        Assert.Equal(0.5, moves.Sum(move => move.GetProperty("gain").GetDouble()), 1e-9);
        Assert.False(plan.GetProperty("stale").GetBoolean());
        Assert.Equal(standing, (await Standing.ReadAsync(service)) with { Revision = 0 });

        var path = response.Headers.Location!.ToString();
        Assert.Equal(plan.ToString(), (await service.GetAsync(path)).ToString());
        var listed = Assert.Single(Items(await service.GetAsync(Plans), "items"));
        Assert.Equal((Text(plan, "id"), 2), (Text(listed, "id"), listed.GetProperty("moveCount").GetInt32()));
    }

    [Fact]
    public async Task A_plan_whose_VM_is_gone_or_whose_target_is_full_says_that_it_is_stale()
    {
        await SkewedAsync();
        var plan = await service.PostedAsync(201, Plans, new { goal = "BALANCE" });
        var path = $"{Plans}/{Text(plan, "id")}";

        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "t", host = "h2", resources = new { vcpu = 5 } });
        var filled = await service.GetAsync(path);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(
            HttpMethod.Delete, $"/v1/vms/{Text(Items(plan, "moves")[0], "vm")}", null, ("Prefer", "wait=60")));
        var gone = await service.GetAsync(path);

        Assert.True(filled.GetProperty("stale").GetBoolean());
        Assert.StartsWith("Move 2 of 2", Text(filled, "staleReason"), StringComparison.Ordinal);
        Assert.StartsWith("Move 1 of 2", Text(gone, "staleReason"), StringComparison.Ordinal);
        Assert.Contains("gone", Text(gone, "staleReason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_pools_own_VMs_and_those_of_the_pools_in_it_move()
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "team" });
        await service.PostedAsync(201, "/v1/pools", new { name = "part", parent = "team" });
        await MakeAsync("mine", "team");
        await MakeAsync("inside", "part");
        await MakeAsync("other", "default");
        await MakeAsync("another", "default");
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);

        var plan = await service.PostedAsync(201, "/v1/pools/team/rebalance-plans", new { goal = "BALANCE" });

        Assert.Equal(["inside", "mine"], Items(plan, "moves").Select(move => Text(move, "vmName")).Order());
    }

    [Fact]
    public async Task A_selector_that_was_changed_is_a_broken_rule_and_repaired()
    {
        await service.AddHostAsync("h3", vcpu: 8, memoryMiB: 8_192, diskGiB: 80, zone: "z3");
        await service.PostedAsync(201, "/v1/pools", new { name = "team", hostSelector = new { zone = "z3" } });
        await MakeAsync("moved", "team");
        await service.AddHostAsync("h4", vcpu: 8, memoryMiB: 8_192, diskGiB: 80, zone: "z4");
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/pools/team", new { hostSelector = new { zone = "z4" } }));

        var plan = await service.PostedAsync(201, "/v1/pools/team/rebalance-plans", new { goal = "REPAIR" });

        var move = Assert.Single(Items(plan, "moves"));
        Assert.Equal(("h3", "h4", "pool"), (Text(move, "fromHostName"), Text(move, "toHostName"), move.GetProperty("repairs")[0].GetString()));
        Assert.Equal((1, 0), (plan.GetProperty("before").GetProperty("brokenRules").GetInt32(), plan.GetProperty("after").GetProperty("brokenRules").GetInt32()));
    }

    [Fact]
    public async Task A_host_is_emptied_and_a_stopped_VM_copies_no_memory()
    {
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 8_192, diskGiB: 80, zone: "z2");
        await MakeAsync("left", "default");
        await MakeAsync("right", "default", new { zone = "z2" });
        await service.PostedAsync(200, "/v1/vms/right/stop", null, ("Prefer", "wait=60"));
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "t", host = "h1", resources = new { vcpu = 1 } });

        var plan = await service.PostedAsync(201, Plans, new { goal = "CONSOLIDATE" });

        Assert.Empty(Items(plan, "moves"));
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { zone = "z2" }));
        plan = await service.PostedAsync(201, Plans, new { goal = "CONSOLIDATE" });
        var move = Assert.Single(Items(plan, "moves"));
        Assert.Equal("right", Text(move, "vmName"));
        Assert.Equal((0, 1_024), (move.GetProperty("cost").GetProperty("memoryMiB").GetInt64(), move.GetProperty("cost").GetProperty("diskMiB").GetInt64()));
        Assert.Equal((2.0, 1.0), (plan.GetProperty("scoreBefore").GetDouble(), plan.GetProperty("scoreAfter").GetDouble()));
    }

    [Fact]
    public async Task A_VM_that_something_is_done_to_stays_and_the_plan_says_why()
    {
        await SkewedAsync();
        await service.AddHostAsync("slow", vcpu: 8, memoryMiB: 8_192, diskGiB: 80, zone: "slow", simulation: new { startLatencyMs = 600_000 });
        var spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { zone = "slow" } };
        await service.PostedAsync(202, "/v1/vms", new { name = "busy", spec });

        var plan = await service.PostedAsync(201, Plans, new { goal = "BALANCE" });

        var skip = Assert.Single(Items(plan, "skipped"));
        Assert.Equal(("busy", "OPERATION_RUNNING"), (Text(skip, "vmName"), Text(skip, "reason")));
        Assert.DoesNotContain(Items(plan, "moves"), move => Text(move, "vmName") == "busy");
    }

    [Fact]
    public async Task A_rehearsal_keeps_nothing_and_a_key_gives_the_same_plan_again()
    {
        await SkewedAsync();

        var rehearsed = await service.PostedAsync(200, $"{Plans}?validateOnly=true", new { goal = "BALANCE" });
        Assert.Equal(2, Items(rehearsed, "moves").Count);
        Assert.Empty(Items(await service.GetAsync(Plans), "items"));
        var first = await service.PostedAsync(201, Plans, new { goal = "BALANCE" }, ("Idempotency-Key", "k1"));
        var again = await service.PostedAsync(201, Plans, new { goal = "BALANCE" }, ("Idempotency-Key", "k1"));

        Assert.Equal(Text(first, "id"), Text(again, "id"));
        Assert.Single(Items(await service.GetAsync(Plans), "items"));
    }

    [Fact]
    public async Task A_plan_is_removed_by_its_etag_or_with_its_pool()
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "team" });
        const string plans = "/v1/pools/team/rebalance-plans";
        var path = $"{plans}/{Text(await service.PostedAsync(201, plans, new { goal = "REPAIR" }), "id")}";

        await ServiceFixture.RefusedAsync(412, "etag-mismatch", await service.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"7\"")));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync(path.Replace("team", "default", StringComparison.Ordinal)));
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"1\"")));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync(path));
        await service.PostedAsync(201, plans, new { goal = "REPAIR" });
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/pools/team"));
        await service.PostedAsync(201, "/v1/pools", new { name = "team" });
        Assert.Empty(Items(await service.GetAsync(plans), "items"));
    }

    [Theory]
    [InlineData("""{}""", "goal")]
    [InlineData("""{"goal":"TIDY"}""", "goal")]
    [InlineData("""{"goal":"BALANCE","maxMoves":0}""", "maxMoves")]
    [InlineData("""{"goal":"BALANCE","maxMoves":1001}""", "maxMoves")]
    [InlineData("""{"goal":"BALANCE","minGain":-0.1}""", "minGain")]
    [InlineData("""{"goal":"BALANCE","maxCostMiB":-1}""", "maxCostMiB")]
    [InlineData("""{"goal":"BALANCE","maxCost":1}""", "maxCost")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync(Plans, body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    private async Task SkewedAsync()
    {
        for (var i = 1; i <= 4; i++) { await MakeAsync($"vm-{i}", "default"); }
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 2_048, diskGiB: 4);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(
            HttpMethod.Patch, "/v1/hosts/h1", new { capacity = new { vcpu = 8, memoryMiB = 2_048, diskGiB = 4 } }));
    }

    private async Task MakeAsync(string name, string pool, object? placement = null)
    {
        var spec = new { vcpus = 2, memoryMiB = 512, diskGiB = 1, engine = "HARDWARE", placement = placement ?? new { } };
        var made = await service.PostedAsync(200, "/v1/vms", new { name, pool, spec }, ("Prefer", "wait=60"));
        Assert.Equal("SUCCEEDED", Text(made, "state"));
    }

    private static List<JsonElement> Items(JsonElement of, string member) => [.. of.GetProperty(member).EnumerateArray()];

    private static string? Text(JsonElement of, string member) => of.GetProperty(member).GetString();
}
