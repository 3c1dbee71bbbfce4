using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Moving;

/// <summary>A VM's way from one simulated host to another, as a client sees it.</summary>
public abstract class MigrationTests(ServiceFixture service) : IAsyncLifetime
{
    private static readonly object small = new { vcpus = 2, memoryMiB = 512, diskGiB = 4 };

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableTheory]
    [InlineData("PRE_COPY")]
    [InlineData("POST_COPY")]
    [InlineData("HYBRID")]
    [InlineData("COLD")]
    public async Task A_VM_that_runs_moves_and_runs_on_with_its_room_there_and_nothing_left_behind(string algorithm)
    {
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);

        var operation = await MovedAsync("web", new { algorithm });

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        Assert.Equal("MIGRATE_VM", operation.GetProperty("kind").GetString());
        var migration = operation.GetProperty("migration");
        Assert.Equal(algorithm, migration.GetProperty("algorithm").GetString());
        Assert.Equal(await IdAsync("h1"), migration.GetProperty("source").GetString());
        Assert.Equal(await IdAsync("h2"), migration.GetProperty("target").GetString());
        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal(("RUNNING", await IdAsync("h2"), 2), (State(vm), HostOf(vm), vm.GetProperty("status").GetProperty("incarnation").GetInt64()));
        Assert.Equal((0, 2), (await UsedAsync("h1"), await UsedAsync("h2")));
        await Ledgers.AgreeAsync(service);
        await CountsAsync(algorithm, "SUCCEEDED", 1);
        Assert.Empty((await service.GetAsync("/v1/hosts/h1/vms")).GetProperty("items").EnumerateArray());
    }

    [SkippableFact]
    public async Task A_VM_that_is_off_moves_cold_and_stays_off_and_its_next_incarnation_is_a_new_one()
    {
        await service.CreateVmAsync("web", new { vcpus = 2, memoryMiB = 512, diskGiB = 4, desiredState = "STOPPED" });
        await service.AddHostAsync("h2");

        var live = await service.PostAsync("/v1/vms/web/migrate", new { });
        var problem = await ServiceFixture.RefusedAsync(409, "invalid-state", live);
        Assert.Contains("COLD", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var operation = await MovedAsync("web", new { algorithm = "COLD", host = "h2" });

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal(("STOPPED", await IdAsync("h2")), (State(vm), HostOf(vm)));
        var moved = vm.GetProperty("status").GetProperty("incarnation").GetInt64();
        await service.PostedAsync(200, "/v1/vms/web/start", null, ("Prefer", "wait=60"));
        Assert.Equal(moved + 1, (await service.GetAsync("/v1/vms/web")).GetProperty("status").GetProperty("incarnation").GetInt64());
    }

    [SkippableFact]
    public async Task A_VM_that_is_paused_moves_and_is_paused_there()
    {
        await service.CreateVmAsync("web", small);
        await service.PostedAsync(200, "/v1/vms/web/pause", null, ("Prefer", "wait=60"));
        await service.AddHostAsync("h2");

        await MovedAsync("web", new { });

        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal(("PAUSED", await IdAsync("h2")), (State(vm), HostOf(vm)));
    }

    [SkippableFact]
    public async Task While_it_moves_both_hosts_are_charged_and_its_pool_once()
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "small", limits = new { vcpu = 3 } });
        await SlowSourceAsync();
        await service.PostedAsync(200, "/v1/vms", new { name = "web", pool = "small", spec = small }, ("Prefer", "wait=60"));
        await service.AddHostAsync("h2");

        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { });
        await PhaseAsync(begun, "transfer");

        Assert.Equal("MIGRATING", State(await service.GetAsync("/v1/vms/web")));
        Assert.Equal((2, 2), (await UsedAsync("h1"), await UsedAsync("h2")));
        var pool = await service.GetAsync("/v1/pools/small");
        Assert.Equal(2, pool.GetProperty("limits").GetProperty("vcpu").GetProperty("used").GetInt64());
        Assert.True((await service.GetAsync("/v1/reports/model")).GetProperty("r").GetProperty("consistent").GetBoolean());
        await CancelledAsync(begun);
    }

    [SkippableFact]
    public async Task A_move_that_is_cancelled_leaves_the_VM_running_where_it_was_and_the_claims_as_before()
    {
        await SlowSourceAsync();
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2");
        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { });
        await PhaseAsync(begun, "transfer");

        await CancelledAsync(begun);

        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal(("RUNNING", await IdAsync("h1"), 1), (State(vm), HostOf(vm), vm.GetProperty("status").GetProperty("incarnation").GetInt64()));
        Assert.Equal((2, 0), (await UsedAsync("h1"), await UsedAsync("h2")));
        await Ledgers.AgreeAsync(service);
        await CountsAsync("PRE_COPY", "CANCELLED", 1);
        await BehavesAsync("h1", new { migrateLatencyMs = 0 });
        Assert.Equal("SUCCEEDED", (await MovedAsync("web", new { })).GetProperty("state").GetString());
        Assert.Equal(3, (await service.GetAsync("/v1/vms/web")).GetProperty("status").GetProperty("incarnation").GetInt64());
    }

    [SkippableFact]
    public async Task Post_copy_cannot_be_cancelled_once_its_transfer_has_begun_and_goes_on_to_its_end()
    {
        await SlowSourceAsync();
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2");
        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { algorithm = "POST_COPY" });
        await PhaseAsync(begun, "transfer");

        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync($"{PathOf(begun)}/cancel"));
        Assert.False((await service.GetAsync(PathOf(begun))).GetProperty("cancellable").GetBoolean());
    }

    [SkippableTheory]
    [InlineData("h1", "migrateFaultRate")]
    [InlineData("h2", "prepareFaultRate")]
    public async Task A_move_that_fails_at_either_end_leaves_the_VM_running_where_it_was(string where, string fault)
    {
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2");
        await BehavesAsync(where, new Dictionary<string, double> { [fault] = 1.0 });

        var operation = await MovedAsync("web", new { });

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal("simulated-fault", operation.GetProperty("error").GetProperty("code").GetString());
        var vm = await service.GetAsync("/v1/vms/web");
        Assert.Equal(("RUNNING", await IdAsync("h1")), (State(vm), HostOf(vm)));
        Assert.Equal((2, 0), (await UsedAsync("h1"), await UsedAsync("h2")));
        await CountsAsync("PRE_COPY", "FAILED", 1);
    }

    [SkippableFact]
    public async Task A_service_that_starts_anew_in_the_middle_goes_on_with_the_move()
    {
        await BehavesAsync("h1", new { migrateLatencyMs = 500 });
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2");
        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { });
        await PhaseAsync(begun, "transfer");

        await service.RestartAsync();

        var ended = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, PathOf(begun), null, ("Prefer", "wait=60")));
        Assert.Equal("SUCCEEDED", ended.GetProperty("state").GetString());
        Assert.Equal(await IdAsync("h2"), HostOf(await service.GetAsync("/v1/vms/web")));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Each_target_that_cannot_take_it_is_refused_by_its_own_code_with_the_way_out()
    {
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("full", vcpu: 2);
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { host = "full", owner = "me", resources = new { vcpu = 1 } });
        await service.AddHostAsync("tiny", vcpu: 1);
        await service.AddHostAsync("closed");
        await service.PostedAsync(200, "/v1/hosts/closed/cordon");
        await service.AddHostAsync("other");
        await service.PostedAsync(200, "/v1/hosts/other/engines/hardware/stop", null, ("Prefer", "wait=60"));
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/hosts/other/engines/hardware"));

        foreach (var (host, status, code) in new[]
        {
            ("h1", 409, "same-host"), ("nowhere", 404, "not-found"), ("full", 409, "insufficient-capacity"), ("tiny", 422, "exceeds-every-host"),
            ("closed", 409, "host-unavailable"), ("other", 409, "incompatible-host"),
        })
        {
            using var refused = await service.PostAsync("/v1/vms/web/migrate", new { host });
            Assert.True(status == (int)refused.StatusCode, $"{host}: {await refused.Content.ReadAsStringAsync()}");
            await ServiceFixture.RefusedAsync(status, code, refused);
        }
        Assert.Equal(2, await UsedAsync("h1"));
        Assert.Equal("SUCCEEDED", (await MovedAsync("web", new { host = "other", algorithm = "COLD" })).GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task A_rehearsal_tells_for_every_host_each_check_and_moves_nothing()
    {
        await service.CreateVmAsync("web", small);
        await service.AddHostAsync("h2");

        var rehearsed = await service.PostedAsync(200, "/v1/vms/web/migrate?validateOnly=true", new { });

        var preflight = rehearsed.GetProperty("migration").GetProperty("preflight");
        Assert.Equal(await IdAsync("h2"), preflight.GetProperty("chosen").GetString());
        var hosts = preflight.GetProperty("hosts").EnumerateArray().ToDictionary(host => host.GetProperty("name").GetString()!);
        Assert.Contains(hosts["h1"].GetProperty("checks").EnumerateArray(), check =>
            check.GetProperty("name").GetString() == "other-host" && check.GetProperty("verdict").GetString() == "MISMATCH");
        Assert.Contains(hosts["h2"].GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() == "machine");
        Assert.Equal((2, 0), (await UsedAsync("h1"), await UsedAsync("h2")));
        Assert.Equal("RUNNING", State(await service.GetAsync("/v1/vms/web")));
    }

    [SkippableFact]
    public async Task A_host_takes_part_in_so_many_moves_at_once_and_refuses_another()
    {
        await SlowSourceAsync();
        await service.AddHostAsync("h2");
        for (var i = 0; i < 5; i++)
        {
            await service.CreateVmAsync($"vm-{i}", new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { algorithm = "FIRST_FIT" } });
        }
        var begun = new List<JsonElement>();
        for (var i = 0; i < 4; i++) { begun.Add(await service.PostedAsync(202, $"/v1/vms/vm-{i}/migrate", new { })); }

        await ServiceFixture.RefusedAsync(409, "migration-limit", await service.PostAsync("/v1/vms/vm-4/migrate", new { }));

        foreach (var operation in begun) { await CancelledAsync(operation); }
        Assert.Equal(202, (int)(await service.PostAsync("/v1/vms/vm-4/migrate", new { })).StatusCode);
    }

    [SkippableFact]
    public async Task Who_must_not_be_beside_it_does_not_come_to_either_host_meanwhile()
    {
        await SlowSourceAsync();
        await service.PostedAsync(201, "/v1/affinity-groups", new { name = "apart", policy = "ANTI_AFFINITY", strictness = "HARD" });
        var spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { affinityGroup = "apart" } };
        await service.CreateVmAsync("web", spec);
        await service.AddHostAsync("h2");
        var begun = await service.PostedAsync(202, "/v1/vms/web/migrate", new { });
        await PhaseAsync(begun, "transfer");

        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms", new { name = "other", spec }));

        await CancelledAsync(begun);
        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync("other", spec)).GetProperty("state").GetString());
        Assert.Equal(await IdAsync("h2"), HostOf(await service.GetAsync("/v1/vms/other")));
    }

    private Task SlowSourceAsync() => BehavesAsync("h1", new { migrateLatencyMs = 600_000 });

    private async Task BehavesAsync(string host, object simulation) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, $"/v1/hosts/{host}", new { simulation }));

    private Task<JsonElement> MovedAsync(string vm, object body) =>
        service.PostedAsync(200, $"/v1/vms/{vm}/migrate", body, ("Prefer", "wait=60"));

    private async Task CancelledAsync(JsonElement begun)
    {
        var ended = await service.PostedAsync(200, $"{PathOf(begun)}/cancel", null, ("Prefer", "wait=60"));
        Assert.Equal("CANCELLED", ended.GetProperty("state").GetString());
    }

    private async Task PhaseAsync(JsonElement begun, string phase)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var seen in Watching.OperationAsync(service.Client, PathOf(begun), limit.Token))
        {
            if (seen.GetProperty("migration").GetProperty("phase").GetString() == phase) { return; }
        }
        Assert.Fail($"the operation has ended without {phase}");
    }

    private async Task CountsAsync(string algorithm, string outcome, long count)
    {
        var moves = (await service.GetAsync("/v1/reports/model")).GetProperty("m");
        Assert.Equal(count, moves.GetProperty("sum").GetInt64());
        Assert.Equal(count, moves.GetProperty("byAlgorithm").GetProperty(algorithm).GetInt64());
        Assert.Equal(count, moves.GetProperty("byOutcome").GetProperty(outcome).GetInt64());
    }

    private async Task<string?> IdAsync(string host) => (await service.GetAsync($"/v1/hosts/{host}")).GetProperty("id").GetString();

    private async Task<long> UsedAsync(string host) =>
        (await service.GetAsync($"/v1/hosts/{host}")).GetProperty("capacity").GetProperty("vcpu").GetProperty("used").GetInt64();

    private static string PathOf(JsonElement operation) => $"/v1/operations/{operation.GetProperty("id").GetString()}";

    private static string? State(JsonElement vm) => vm.GetProperty("status").GetProperty("state").GetString();

    private static string? HostOf(JsonElement vm) => vm.GetProperty("status").GetProperty("host").GetString();
}
