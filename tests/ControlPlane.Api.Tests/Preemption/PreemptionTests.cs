using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Preemption;

/// <summary>
/// One host of 8 vCPUs, full: <c>old</c> (priority 5) and <c>low</c> (priority 1), 4 each, may be stopped. The pool <c>default</c> allows
/// it, unless a test says otherwise.
/// </summary>
public abstract class PreemptionTests(ServiceFixture service) : IAsyncLifetime
{
    private const string Urgent = "/v1/vms/urgent";

    public async Task InitializeAsync()
    {
        service.Settings =
        [
            ("ControlPlane:Operations:PreemptionGraceSeconds", "1"), ("ControlPlane:Operations:StopMarginSeconds", "2"),
            ("ControlPlane:Operations:UndoAttempts", "2"),
        ];
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
        await AllowAsync("default", true);
        await MadeAsync("old", Spec(4, 5));
        await MadeAsync("low", Spec(4, 1));
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_create_of_a_higher_priority_takes_the_room_of_the_lowest_that_will_do()
    {
        var operation = await service.CreateVmAsync("urgent", Spec(3, 100));

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        Assert.Equal(["preempt", "claim", "prepare", "start"], operation.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        var child = await service.GetAsync($"/v1/operations/{Assert.Single(operation.GetProperty("children").EnumerateArray()).GetString()}");
        Assert.Equal(("PREEMPT_VM", "SUCCEEDED"), (child.GetProperty("kind").GetString(), child.GetProperty("state").GetString()));
        await StoppedForAsync("low", "urgent");
        await RunsAsync("old", 4);
        await RunsAsync("urgent", 3);
        await Ledgers.AgreeAsync(service);
        var record = await service.GetAsync($"/v1/placements/{operation.GetProperty("placement").GetString()}");
        AssertPlan(record.GetProperty("preemption"), "PLANNED", "low");
        Assert.Equal(record.GetProperty("preemption").GetProperty("host").GetString(), record.GetProperty("chosen").GetString());
        AssertPlan(operation.GetProperty("preemption"), "PLANNED", "low");
    }

    [SkippableFact]
    public async Task One_that_was_stopped_takes_its_room_again_when_there_is_some()
    {
        await service.CreateVmAsync("urgent", Spec(4, 100));

        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms/low/start"));
        Assert.Contains("urgent", problem.GetProperty("detail").GetString());
        Assert.Equal(JsonValueKind.Object, problem.GetProperty("placement").ValueKind);
        await StoppedForAsync("low", "urgent");
        await DoneAsync(HttpMethod.Delete, Urgent);
        await DoneAsync(HttpMethod.Post, "/v1/vms/low/start");

        await RunsAsync("low", 4);
        Assert.DoesNotContain(Conditions(await service.GetAsync("/v1/vms/low")), each => each.GetProperty("type").GetString() == "Preempted");
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task One_that_was_stopped_can_be_changed_and_deleted_and_holds_no_more_for_it()
    {
        await service.CreateVmAsync("urgent", Spec(6, 100));

        await DoneAsync(HttpMethod.Patch, "/v1/vms/low", new { spec = new { restartPolicy = "NEVER", diskGiB = 3, vcpus = 2 } });
        await StoppedForAsync("low", "urgent", diskGiB: 3);
        await Ledgers.AgreeAsync(service);
        await DoneAsync(HttpMethod.Patch, "/v1/vms/low", new { spec = new { desiredState = "RUNNING" } });
        await RunsAsync("low", 2);
        await Ledgers.AgreeAsync(service);
        var refused = await service.SendAsync(HttpMethod.Patch, "/v1/vms/old", new { spec = new { desiredState = "RUNNING" } });
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", refused);
        await StoppedForAsync("old", "urgent");

        foreach (var name in new[] { "low", "old", "urgent" }) { await DoneAsync(HttpMethod.Delete, $"/v1/vms/{name}"); }
        await Ledgers.AreEmptyAsync(service);
    }

    [SkippableFact]
    public async Task One_that_its_owner_had_stopped_gives_its_room_as_well()
    {
        await DoneAsync(HttpMethod.Post, "/v1/vms/low/stop");

        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync("urgent", Spec(4, 100))).GetProperty("state").GetString());

        await StoppedForAsync("low", "urgent");
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Rehearsing_shows_the_plan_and_writes_nothing()
    {
        var operation = await service.PostedAsync(200, "/v1/vms?validateOnly=true", Body("urgent", Spec(6, 100)));

        AssertPlan(operation.GetProperty("preemption"), "PLANNED", "low", "old");
        await RunsAsync("low", 4);
        await RunsAsync("old", 4);
        Assert.Empty((await service.GetAsync("/v1/operations?filter=" + Uri.EscapeDataString("kind = PREEMPT_VM"))).GetProperty("items").EnumerateArray());
        Assert.Equal(404, (int)(await service.Client.GetAsync(Urgent)).StatusCode);
    }

    [SkippableFact]
    public async Task Explaining_shows_the_plan_whom_and_why()
    {
        var record = await service.PostedAsync(200, "/v1/placements/explain", new { spec = Spec(6, 100) });

        AssertPlan(record.GetProperty("preemption"), "PLANNED", "low", "old");
        var first = record.GetProperty("preemption").GetProperty("vms")[0];
        Assert.Equal((1, 4), (first.GetProperty("priority").GetInt32(), first.GetProperty("frees").GetProperty("vcpu").GetInt32()));
        Assert.False(first.GetProperty("frees").TryGetProperty("diskGiB", out _));
        Assert.Contains("lower than 100", first.GetProperty("why").GetString());
        foreach (var spec in new[] { Spec(6, 0), Spec(9, 100), Spec(6, 5) })
        {
            var none = await service.PostedAsync(200, "/v1/placements/explain", new { spec });
            Assert.Equal(JsonValueKind.Null, none.GetProperty("preemption").ValueKind);
        }
    }

    [SkippableFact]
    public async Task Nobody_of_the_same_or_a_higher_priority_is_stopped_nor_one_that_is_not_preemptible()
    {
        await RefusedAsync(Spec(6, 5));
        await RefusedAsync(Spec(3, 1));
        await RefusedAsync(Spec(3, 0));
        await DoneAsync(HttpMethod.Patch, "/v1/vms/low", new { spec = new { preemptible = false } });
        await RefusedAsync(Spec(6, 100));

        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync("urgent", Spec(3, 100))).GetProperty("state").GetString());
        await StoppedForAsync("old", "urgent");
        await RunsAsync("low", 4);
    }

    [SkippableFact]
    public async Task Where_the_pool_does_not_allow_it_the_refusal_says_so_and_how_to_allow_it()
    {
        await AllowAsync("default", null);

        var problem = await RefusedAsync(Spec(6, 100));

        Assert.Contains("pool 'default' does not allow preemption", problem.GetProperty("detail").GetString());
        AssertPlan(problem.GetProperty("placement").GetProperty("preemption"), "NOT_ALLOWED", "low", "old");
        Assert.Equal("default", Assert.Single(problem.GetProperty("placement").GetProperty("preemption").GetProperty("pools").EnumerateArray()).GetString());
        Assert.DoesNotContain("preemption", (await RefusedAsync(Spec(6, 0))).GetProperty("detail").GetString());
        var record = await service.PostedAsync(200, "/v1/placements/explain", new { spec = Spec(6, 100) });
        AssertPlan(record.GetProperty("preemption"), "NOT_ALLOWED", "low", "old");
    }

    [SkippableFact]
    public async Task A_pool_that_forbids_it_protects_the_pools_in_it()
    {
        await AllowAsync("default", false);
        await service.PostedAsync(201, "/v1/pools", new { name = "inner", parent = "default", policies = new { preemption = new { allowed = true } } });

        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms", new
        {
            name = "urgent", pool = "inner", spec = Spec(3, 100),
        }));

        Assert.Contains("pool 'default' does not allow preemption", problem.GetProperty("detail").GetString());
    }

    [SkippableFact]
    public async Task While_they_are_being_stopped_nobody_else_gets_the_room()
    {
        await DoneAsync(HttpMethod.Delete, "/v1/vms/old");
        await StopsSlowlyAsync(1_500);
        var begun = await service.PostedAsync(202, "/v1/vms", Body("urgent", Spec(8, 100)));

        await RefusedAsync(Spec(1, 0));
        Assert.Equal("CREATING", (await service.GetAsync(Urgent)).GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("STOPPING", (await service.GetAsync("/v1/vms/low")).GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(4, Amount(await service.GetAsync(Urgent), "vcpu"));
        await ServiceFixture.RefusedAsync(409, "operation-in-progress", await service.PostAsync("/v1/vms/low/start"));
        var model = (await service.GetAsync("/v1/reports/model")).GetProperty("r");
        Assert.True(model.GetProperty("consistent").GetBoolean());

        Assert.Equal("SUCCEEDED", (await EndAsync(begun)).GetProperty("state").GetString());
        await RunsAsync("urgent", 8);
        await StoppedForAsync("low", "urgent");
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Cancelled_while_they_are_being_stopped_all_run_on()
    {
        await StopsSlowlyAsync(60_000);
        var begun = await service.PostedAsync(202, "/v1/vms", Body("urgent", Spec(6, 100)));
        var id = begun.GetProperty("id").GetString();
        var child = begun.GetProperty("children")[0].GetString();
        Assert.False((await service.GetAsync($"/v1/operations/{child}")).GetProperty("cancellable").GetBoolean());
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync($"/v1/operations/{child}/cancel"));

        await service.PostAsync($"/v1/operations/{id}/cancel");

        Assert.Equal("CANCELLED", (await EndAsync(begun)).GetProperty("state").GetString());
        Assert.Equal(404, (int)(await service.Client.GetAsync(Urgent)).StatusCode);
        await RunsAsync("low", 4);
        await RunsAsync("old", 4);
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task When_one_of_them_does_not_stop_the_create_fails_and_all_run_on()
    {
        await StopsSlowlyAsync(600_000);

        var operation = await service.CreateVmAsync("urgent", Spec(6, 100));

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal("preemption-failed", operation.GetProperty("error").GetProperty("code").GetString());
        await RunsAsync("low", 4);
        await RunsAsync("old", 4);
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task When_the_create_fails_afterwards_they_take_their_room_again_and_run()
    {
        await DoneAsync(HttpMethod.Post, "/v1/vms/old/stop");
        await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { prepareFaultRate = 1.0 } });

        var operation = await service.CreateVmAsync("urgent", Spec(6, 100));

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Empty(operation.GetProperty("warnings").EnumerateArray());
        await RunsAsync("low", 4);
        var old = await service.GetAsync("/v1/vms/old");
        Assert.Equal(("STOPPED", 4), (old.GetProperty("status").GetProperty("state").GetString(), Amount(old, "vcpu")));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Room_below_a_pools_limit_is_made_by_those_who_are_charged_to_it()
    {
        await service.AddHostAsync("h2", vcpu: 64);
        await service.PostedAsync(201, "/v1/pools", new
        {
            name = "small", limits = new { vcpu = 4 }, policies = new { preemption = new { allowed = true } },
        });
        await EndAsync(await service.PostedAsync(202, "/v1/vms", new { name = "mine", pool = "small", spec = Spec(3, 7) }));

        var operation = await EndAsync(await service.PostedAsync(202, "/v1/vms", new { name = "urgent", pool = "small", spec = Spec(4, 100) }));

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        await StoppedForAsync("mine", "urgent");
        await RunsAsync("low", 4);
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task When_a_pools_room_goes_elsewhere_meanwhile_the_create_fails_and_they_run_on()
    {
        await service.PostedAsync(201, "/v1/pools", new
        {
            name = "small", limits = new { vcpu = 4 }, policies = new { preemption = new { allowed = true } },
        });
        await service.AddHostAsync("h2", vcpu: 2);
        await StopsSlowlyAsync(1_500);
        var begun = await service.PostedAsync(202, "/v1/vms", new { name = "urgent", pool = "small", spec = Spec(4, 100) });
        await EndAsync(await service.PostedAsync(202, "/v1/vms", new { name = "quick", pool = "small", spec = Spec(1, 0) }));

        var operation = await EndAsync(begun);

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal("insufficient-resources", operation.GetProperty("error").GetProperty("code").GetString());
        await RunsAsync("low", 4);
        await RunsAsync("old", 4);
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task Many_at_once_of_all_priorities_leave_everybody_with_all_or_with_the_disk_only()
    {
        var wanted = Enumerable.Range(1, 16).Select(async i =>
        {
            using var reply = await service.PostAsync("/v1/vms", Body($"vm-{i}", Spec(1 + (i % 4), i * 29 % 90)));
            if (!reply.IsSuccessStatusCode) { return; }
            var begun = await ServiceFixture.ReadAsync(202, reply);
            if (i % 3 == 0) { (await service.PostAsync($"/v1/operations/{begun.GetProperty("id").GetString()}/cancel")).Dispose(); }
            Assert.True((await EndAsync(begun)).GetProperty("done").GetBoolean());
        });
        await Task.WhenAll(wanted);
        await NothingUnderWayAsync();

        await Ledgers.AgreeAsync(service);
        var vms = (await service.GetAsync("/v1/vms?pageSize=100")).GetProperty("items").EnumerateArray().ToList();
        Assert.True(vms.Sum(vm => Amount(vm, "vcpu")) <= 8);
        foreach (var vm in vms)
        {
            var gaveWay = Conditions(vm).Any(each => each.GetProperty("type").GetString() == "Preempted");
            Assert.Equal(gaveWay ? "STOPPED" : "RUNNING", vm.GetProperty("status").GetProperty("state").GetString());
            Assert.Equal(gaveWay ? 0 : vm.GetProperty("spec").GetProperty("vcpus").GetInt64(), Amount(vm, "vcpu"));
        }
    }

    [SkippableFact]
    public async Task One_that_would_wait_makes_others_stop_instead_and_one_of_a_batch_does_not()
    {
        var batch = await service.PostAsync("/v1/vms:batch", new { mode = "ALL_OR_NOTHING", vms = new[] { Body("urgent", Spec(3, 100)) } });
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", batch);
        var spec = new { vcpus = 3, memoryMiB = 256, diskGiB = 1, placement = new { priority = 100, onNoCapacity = "QUEUE" } };

        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync("urgent", spec)).GetProperty("state").GetString());

        await StoppedForAsync("low", "urgent");
    }

    [SkippableTheory]
    [InlineData("""{"placement":{"priority":1001}}""", "spec.placement.priority")]
    [InlineData("""{"placement":{"priority":-1}}""", "spec.placement.priority")]
    [InlineData("""{"placement":{"priority":"high"}}""", "spec.placement.priority")]
    [InlineData("""{"placement":{"priority":1.5}}""", "spec.placement.priority")]
    [InlineData("""{"preemptible":"yes"}""", "spec.preemptible")]
    [InlineData("""{"preemptible":1}""", "spec.preemptible")]
    public async Task What_is_no_priority_is_refused_by_its_member(string spec, string member)
    {
        var body = $$"""{"name":"bad","spec":{"vcpus":1,"memoryMiB":64,{{spec[1..]}}}""";

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/vms", body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(member, out _), problem.ToString());
    }

    [SkippableTheory]
    [InlineData("""{"policies":{"preemption":{"allowed":"yes"}}}""")]
    [InlineData("""{"policies":{"preemption":true}}""")]
    [InlineData("""{"policies":{"preemption":{"permitted":true}}}""")]
    public async Task What_is_no_policy_is_refused_and_changes_nothing(string patch)
    {
        await ServiceFixture.RefusedAsync(400, "validation-failed", await service.SendAsync(HttpMethod.Patch, "/v1/pools/default", patch));

        var policies = (await service.GetAsync("/v1/pools/default")).GetProperty("policies");
        Assert.True(policies.GetProperty("preemption").GetProperty("allowed").GetBoolean());
        Assert.Equal("BALANCED", policies.GetProperty("algorithm").GetString());
    }

    private static object Spec(int vcpus, int priority) =>
        new { vcpus, memoryMiB = 256, diskGiB = 1, preemptible = priority is > 0 and < 100, placement = new { priority } };

    private static object Body(string name, object spec) => new { name, spec };

    private async Task MadeAsync(string name, object spec) =>
        Assert.Equal("SUCCEEDED", (await service.CreateVmAsync(name, spec)).GetProperty("state").GetString());

    private async Task AllowAsync(string pool, bool? allowed)
    {
        var patch = JsonSerializer.Serialize(new { policies = new { preemption = new { allowed } } });
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, $"/v1/pools/{pool}", patch));
    }

    private async Task StopsSlowlyAsync(int stopLatencyMs) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { stopLatencyMs } }));

    private async Task<JsonElement> RefusedAsync(object spec) =>
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms", Body("other", spec)));

    private async Task<JsonElement> EndAsync(JsonElement operation) => await ServiceFixture.ReadAsync(200, await service.SendAsync(
        HttpMethod.Get, $"/v1/operations/{operation.GetProperty("id").GetString()}", null, ("Prefer", "wait=60")));

    private async Task DoneAsync(HttpMethod method, string path, object? body = null)
    {
        var operation = await ServiceFixture.ReadAsync(200, await service.SendAsync(method, path, body, ("Prefer", "wait=60")));
        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
    }

    private async Task RunsAsync(string name, long vcpus)
    {
        var vm = await service.GetAsync($"/v1/vms/{name}");
        Assert.Equal("RUNNING", vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("RUNNING", vm.GetProperty("spec").GetProperty("desiredState").GetString());
        Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").GetProperty("currentOperation").ValueKind);
        Assert.Equal(vcpus, Amount(vm, "vcpu"));
    }

    private async Task StoppedForAsync(string name, string other, long diskGiB = 1)
    {
        var vm = await service.GetAsync($"/v1/vms/{name}");
        Assert.Equal("STOPPED", vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").GetProperty("currentOperation").ValueKind);
        Assert.Equal((0, 0, diskGiB), (Amount(vm, "vcpu"), Amount(vm, "memoryMiB"), Amount(vm, "diskGiB")));
        var condition = Assert.Single(Conditions(vm), each => each.GetProperty("type").GetString() == "Preempted");
        Assert.Equal(("TRUE", "MadeRoom"), (condition.GetProperty("status").GetString(), condition.GetProperty("reason").GetString()));
        Assert.Contains($"'{other}'", condition.GetProperty("message").GetString());
    }

    private async Task NothingUnderWayAsync()
    {
        foreach (var state in new[] { "PENDING", "RUNNING", "CANCELLING" })
        {
            var open = await service.GetAsync("/v1/operations?pageSize=100&filter=" + Uri.EscapeDataString($"state = {state}"));
            foreach (var operation in open.GetProperty("items").EnumerateArray()) { await EndAsync(operation); }
        }
    }

    private static long Amount(JsonElement vm, string resource) => vm.GetProperty("status").GetProperty("allocations").EnumerateArray()
        .Where(held => held.GetProperty("resource").GetString() == resource).Sum(held => held.GetProperty("amount").GetInt64());

    private static IEnumerable<JsonElement> Conditions(JsonElement vm) => vm.GetProperty("status").GetProperty("conditions").EnumerateArray();

    private static void AssertPlan(JsonElement plan, string state, params string[] vms)
    {
        Assert.Equal(state, plan.GetProperty("state").GetString());
        Assert.Equal(vms, plan.GetProperty("vms").EnumerateArray().Select(vm => vm.GetProperty("name").GetString()));
    }
}
