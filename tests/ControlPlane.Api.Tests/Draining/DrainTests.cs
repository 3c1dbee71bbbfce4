using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Draining;

/// <summary>The emptying of a simulated host, as its operator sees it.</summary>
public abstract class DrainTests(ServiceFixture service) : IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_host_is_emptied_and_in_maintenance_until_it_is_taken_back()
    {
        await service.CreateVmAsync("big", Spec(4));
        await service.CreateVmAsync("small", Spec(1));
        await service.CreateVmAsync("off", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, desiredState = "STOPPED" });
        await service.AddHostAsync("h2");

        var operation = await DrainedAsync("h1", new { });

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        Assert.Equal((3, 3), (operation.GetProperty("drain").GetProperty("through").GetInt32(), operation.GetProperty("children").GetArrayLength()));
        Assert.Equal("MAINTENANCE", await StateAsync("h1"));
        Assert.Empty((await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray());
        Assert.Equal(["RUNNING", "RUNNING", "STOPPED"], (await service.GetAsync("/v1/hosts/h2/vms")).GetProperty("items").EnumerateArray()
            .Select(vm => vm.GetProperty("status").GetProperty("state").GetString()).Order());
        await Ledgers.AgreeAsync(service);
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync("/v1/hosts/h1/drain"));
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync("/v1/hosts/h1/uncordon"));
        await service.PostedAsync(200, "/v1/hosts/h1/activate");
        Assert.Equal("ACTIVE", await StateAsync("h1"));
    }

    [SkippableFact]
    public async Task What_cannot_go_is_named_and_nothing_begins_but_with_force_the_rest_goes()
    {
        await service.CreateVmAsync("big", Spec(4));
        await service.CreateVmAsync("small", Spec(1));
        await service.AddHostAsync("h2", vcpu: 2);

        var problem = await ServiceFixture.RefusedAsync(409, "drain-blocked", await service.PostAsync("/v1/hosts/h1/drain"));

        var blocker = Assert.Single(problem.GetProperty("blockers").EnumerateArray());
        Assert.Equal("big", blocker.GetProperty("name").GetString());
        Assert.Contains("resource:vcpu", blocker.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("ACTIVE", await StateAsync("h1"));
        await ServiceFixture.RefusedAsync(409, "drain-blocked",
            await service.PostAsync("/v1/hosts/h1/drain", new { policies = new { small = "REFUSE", big = "STOP" } }));
        var begun = await service.PostedAsync(202, "/v1/hosts/h1/drain", new { force = true, deadlineSeconds = 600 });
        await UntilAsync(begun, drain => drain.GetProperty("through").GetInt32() == 1);
        Assert.Equal("CANCELLED", (await CancelledAsync(begun)).GetProperty("state").GetString());
        Assert.Equal("CORDONED", await StateAsync("h1"));
        Assert.Single((await service.GetAsync("/v1/hosts/h2/vms")).GetProperty("items").EnumerateArray());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task What_is_to_stop_stops_and_stays_and_the_host_is_in_maintenance_all_the_same()
    {
        await service.CreateVmAsync("web", Spec(4));

        var operation = await DrainedAsync("h1", new { policy = "STOP" });

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        Assert.Equal("STOPPED", (await service.GetAsync("/v1/vms/web")).GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("MAINTENANCE", await StateAsync("h1"));
    }

    [SkippableFact]
    public async Task What_was_stopped_is_started_again_when_its_host_is_taken_back_and_not_before()
    {
        await service.CreateVmAsync("web", Spec(4));
        await DrainedAsync("h1", new { policy = "STOP" });

        var problem = await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync("/v1/vms/web/start"));
        Assert.Contains("/v1/hosts/h1/activate", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await service.PostedAsync(200, "/v1/hosts/h1/activate");

        var started = await service.PostedAsync(200, "/v1/vms/web/start", null, ("Prefer", "wait=60"));
        Assert.Equal("SUCCEEDED", started.GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task A_rehearsal_tells_who_would_go_where_and_moves_nobody()
    {
        await service.CreateVmAsync("web", Spec(4));
        await service.AddHostAsync("h2");

        var rehearsed = await service.PostedAsync(200, "/v1/hosts/h1/drain?validateOnly=true", new { policies = new { web = "COLD" } });

        var vm = Assert.Single(rehearsed.GetProperty("drain").GetProperty("vms").EnumerateArray());
        Assert.Equal(("web", "COLD", "h2"),
            (vm.GetProperty("name").GetString(), vm.GetProperty("policy").GetString(), vm.GetProperty("target").GetString()));
        Assert.Equal("ACTIVE", await StateAsync("h1"));
    }

    [SkippableFact]
    public async Task While_it_is_emptied_nobody_new_comes_and_another_drain_is_refused_with_the_link_of_the_first()
    {
        await SlowAsync();
        await service.CreateVmAsync("web", Spec(1));
        await service.AddHostAsync("h2", vcpu: 2);
        var begun = await service.PostedAsync(202, "/v1/hosts/h1/drain");

        Assert.Equal("DRAINING", await StateAsync("h1"));
        var again = await ServiceFixture.RefusedAsync(409, "operation-in-progress", await service.PostAsync("/v1/hosts/h1/drain"));
        Assert.EndsWith(begun.GetProperty("id").GetString()!, again.GetProperty("operation").GetString(), StringComparison.Ordinal);
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync("/v1/hosts/h1/cordon"));
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms", new { name = "late", spec = Spec(2) }));

        Assert.Equal("CANCELLED", (await CancelledAsync(begun)).GetProperty("state").GetString());
        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal("RUNNING", vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Single((await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_service_that_starts_anew_in_the_middle_goes_on_with_it()
    {
        await ServiceFixture.ReadAsync(200, await service.SendAsync(
            HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { migrateLatencyMs = 300 } }));
        for (var i = 0; i < 4; i++) { await service.CreateVmAsync($"vm-{i}", Spec(1)); }
        await service.AddHostAsync("h2");
        var begun = await service.PostedAsync(202, "/v1/hosts/h1/drain", new { parallelism = 1 });
        await UntilAsync(begun, drain => drain.GetProperty("through").GetInt32() >= 1);

        await service.RestartAsync();

        var ended = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, PathOf(begun), null, ("Prefer", "wait=60")));
        Assert.Equal("SUCCEEDED", ended.GetProperty("state").GetString());
        Assert.Equal("MAINTENANCE", await StateAsync("h1"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task No_more_are_at_work_at_once_than_was_asked_for_and_hard_rules_hold_at_the_end()
    {
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "apart", policy = "ANTI_AFFINITY", strictness = "HARD" });
        await service.CreateVmAsync("one", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { affinityGroup = "apart" } });
        await service.AddHostAsync("h2");
        await service.CreateVmAsync("two", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { affinityGroup = "apart" } });
        await ServiceFixture.RefusedAsync(409, "drain-blocked", await service.PostAsync("/v1/hosts/h1/drain"));
        await service.AddHostAsync("h3");

        Assert.Equal("SUCCEEDED", (await DrainedAsync("h1", new { parallelism = 1 })).GetProperty("state").GetString());

        var hosts = new List<string?>();
        foreach (var name in new[] { "one", "two" })
        {
            hosts.Add((await service.GetAsync($"/v1/vms/{name}")).GetProperty("status").GetProperty("host").GetString());
        }
        Assert.Equal(2, hosts.Distinct().Count());
    }

    [SkippableFact]
    public async Task When_the_deadline_passes_what_is_under_way_is_taken_back_and_said_to_be_left()
    {
        await SlowAsync();
        await service.CreateVmAsync("web", Spec(1));
        await service.AddHostAsync("h2");

        var operation = await DrainedAsync("h1", new { deadlineSeconds = 10 });

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal("deadline-exceeded", operation.GetProperty("error").GetProperty("code").GetString());
        var vm = Assert.Single(operation.GetProperty("drain").GetProperty("vms").EnumerateArray());
        Assert.Equal("LEFT", vm.GetProperty("state").GetString());
        Assert.Equal("CORDONED", await StateAsync("h1"));
        Assert.Single((await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Who_has_room_there_and_has_not_set_out_yet_is_waited_for_and_leaves_again()
    {
        await service.PostedAsync(200, "/v1/hosts/h1/cordon");
        await service.AddHostAsync("h2", simulation: new { stopLatencyMs = 1_000 });
        await service.CreateVmAsync("web", Spec(1));
        await service.PostedAsync(200, "/v1/hosts/h1/uncordon");
        var coming = await service.PostedAsync(202, "/v1/vms/web/migrate", new { host = "h1", algorithm = "COLD" });

        var drained = await DrainedAsync("h1", new { });

        Assert.Equal("SUCCEEDED", drained.GetProperty("state").GetString());
        Assert.Equal("SUCCEEDED", (await service.GetAsync(PathOf(coming))).GetProperty("state").GetString());
        Assert.Equal("MAINTENANCE", await StateAsync("h1"));
        Assert.Empty((await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray());
        Assert.Equal("RUNNING", (await service.GetAsync("/v1/vms/web")).GetProperty("status").GetProperty("state").GetString());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_held_slot_is_in_the_way_and_named()
    {
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "batch-7", host = "h1", resources = new { vcpu = 1 } });

        var problem = await ServiceFixture.RefusedAsync(409, "drain-blocked", await service.PostAsync("/v1/hosts/h1/drain"));

        Assert.Equal("batch-7", Assert.Single(problem.GetProperty("blockers").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("ACTIVE", await StateAsync("h1"));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_goes_on_meanwhile_nobody_new_comes_and_the_claims_are_right_at_the_end(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5; i++) { await service.CreateVmAsync($"vm-{i}", Spec(1)); }
        await service.AddHostAsync("h2", vcpu: 32);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(
            HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { migrateLatencyMs = 100, migrateFaultRate = 0.3 } }));
        var begun = await service.PostedAsync(202, "/v1/hosts/h1/drain", new { parallelism = random.Next(1, 5) });
        for (var step = 0; step < 12; step++)
        {
            var name = $"vm-{random.Next(5)}";
            using var answer = await (random.Next(4) switch
            {
                0 => service.SendAsync(HttpMethod.Delete, $"/v1/vms/{name}"),
                1 => service.PostAsync($"/v1/vms/{name}/stop"),
                2 => service.PostAsync($"/v1/vms/{name}/migrate", new { }),
                _ => service.PostAsync("/v1/vms", new { name = $"new-{step}", spec = Spec(1) }),
            });
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }

        var ended = await EndAsync(begun);

        Assert.True(ended.GetProperty("done").GetBoolean(), ended.ToString());
        foreach (var each in (await service.GetAsync("/v1/operations?pageSize=1000")).GetProperty("items").EnumerateArray()) { await EndAsync(each); }
        var there = (await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray().Select(vm => vm.GetProperty("name").GetString()!);
        Assert.DoesNotContain(there, name => name.StartsWith("new-", StringComparison.Ordinal));
        await Ledgers.AgreeAsync(service);
    }

    private static object Spec(int vcpus) => new { vcpus, memoryMiB = 256, diskGiB = 1 };

    private async Task SlowAsync() => await ServiceFixture.ReadAsync(200, await service.SendAsync(
        HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { migrateLatencyMs = 600_000 } }));

    private Task<JsonElement> DrainedAsync(string host, object body) =>
        service.PostedAsync(200, $"/v1/hosts/{host}/drain", body, ("Prefer", "wait=60"));

    private Task<JsonElement> CancelledAsync(JsonElement begun) =>
        service.PostedAsync(200, $"{PathOf(begun)}/cancel", null, ("Prefer", "wait=60"));

    private async Task<JsonElement> EndAsync(JsonElement begun) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, PathOf(begun), null, ("Prefer", "wait=60")));

    private async Task UntilAsync(JsonElement begun, Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var seen in Watching.OperationAsync(service.Client, PathOf(begun), limit.Token))
        {
            if (holds(seen.GetProperty("drain"))) { return; }
        }
        Assert.Fail("the operation has ended before");
    }

    private async Task<string?> StateAsync(string host) => (await service.GetAsync($"/v1/hosts/{host}")).GetProperty("state").GetString();

    private static string PathOf(JsonElement operation) => $"/v1/operations/{operation.GetProperty("id").GetString()}";
}
