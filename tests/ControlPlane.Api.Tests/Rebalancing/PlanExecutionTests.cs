using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Rebalancing;

/// <summary>Plans that are carried out on simulated hosts: the VMs are made on h1, and h2, which is as large, comes later.</summary>
public abstract class PlanExecutionTests(ServiceFixture service) : IAsyncLifetime
{
    private const string Plans = "/v1/pools/default/rebalance-plans";

    public async Task InitializeAsync()
    {
        service.Settings = [("ControlPlane:Operations:SweepSeconds", "1"), ("ControlPlane:Migrations:MaxPerHost", "2")];
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableFact]
    public async Task A_plan_is_executed_and_each_VM_is_where_it_has_it()
    {
        var path = await PlannedAsync();
        var planned = await service.GetAsync(path);

        var operation = await ExecutedAsync(path, new { });

        Assert.Equal(("EXECUTE_REBALANCE_PLAN", "SUCCEEDED"), (Text(operation, "kind"), Text(operation, "state")));
        Assert.Equal($"pools/{Text(planned, "pool")}/rebalance-plans/{Text(planned, "id")}", Text(operation, "target"));
        Assert.Equal((2, "MOVES"), (operation.GetProperty("progress").GetProperty("done").GetInt32(), Text(operation.GetProperty("progress"), "unit")));
        Assert.Equal(2, operation.GetProperty("response").GetProperty("made").GetInt32());
        Assert.Equal(Items(planned, "moves").Select(move => Text(move, "vm")), Moves(operation).Select(move => Text(move, "vm")));
        Assert.Equal(Items(operation, "children").Select(child => child.GetString()), Moves(operation).Select(move => Text(move, "operation")));
        Assert.All(Moves(operation), move => Assert.Equal(("DONE", null), (Text(move, "state"), Text(move, "detail"))));
        Assert.Equal(Moves(operation).Select(move => Text(move, "name")).Order(), await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
        var problem = await ServiceFixture.RefusedAsync(409, "plan-stale", await service.PostAsync($"{path}/execute"));
        Assert.Contains("SKIP", Text(problem, "detail"), StringComparison.Ordinal);
        var again = await ExecutedAsync(path, new { onStale = "SKIP" });
        Assert.Equal(("SUCCEEDED", 2, 0), (Text(again, "state"), Made(again), again.GetProperty("children").GetArrayLength()));
    }

    [SkippableFact]
    public async Task A_rehearsal_tells_the_moves_and_makes_none()
    {
        var path = await PlannedAsync();

        var rehearsed = await service.PostedAsync(200, $"{path}/execute?validateOnly=true", new { });

        Assert.Equal(["WAITING", "WAITING"], States(rehearsed));
        Assert.Empty(await OnAsync("h2"));
    }

    [SkippableFact]
    public async Task What_cannot_be_made_is_refused_at_once_or_left_out_with_its_reason()
    {
        var path = await PlannedAsync();
        await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "t", host = "h2", resources = new { vcpu = 5 } });

        var problem = await ServiceFixture.RefusedAsync(409, "plan-stale", await service.PostAsync($"{path}/execute", new { }));
        Assert.Contains("Move 2 of 2", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Empty(await OnAsync("h2"));
        var operation = await ExecutedAsync(path, new { onStale = "SKIP" });

        Assert.Equal("SUCCEEDED", Text(operation, "state"));
        Assert.Equal(["DONE", "LEFT"], States(operation));
        Assert.Contains("would not take it", Text(Moves(operation)[1], "detail"), StringComparison.Ordinal);
        Assert.Contains("was not moved", Assert.Single(Items(operation, "warnings")).GetString(), StringComparison.Ordinal);
        Assert.Single(await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_move_that_holds_no_more_at_its_turn_ends_the_execution_also_when_the_service_starts_anew_before()
    {
        var path = await PlannedAsync();
        await BehavesAsync(new { migrateLatencyMs = 600_000 });
        var begun = await BegunAsync(path, new { });
        await UntilAsync(begun, operation => States(operation)[0] == "MOVING");
        await service.PostedAsync(200, "/v1/hosts/h2/cordon");
        await BehavesAsync(new { migrateLatencyMs = 0 });

        await service.RestartAsync();

        var operation = await EndAsync(begun);
        Assert.Equal(("FAILED", "plan-stale"), (Text(operation, "state"), Text(operation.GetProperty("error"), "code")));
        Assert.StartsWith("Move 2 of 2", Text(operation.GetProperty("error"), "message"), StringComparison.Ordinal);
        Assert.Equal(["DONE", "LEFT"], States(operation));
        Assert.Single(await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_move_that_fails_is_tried_three_times_and_then_ends_the_execution()
    {
        var path = await PlannedAsync();
        await BehavesAsync(new { migrateFaultRate = 1.0 });

        var operation = await ExecutedAsync(path, new { });

        Assert.Equal(("FAILED", "move-failed"), (Text(operation, "state"), Text(operation.GetProperty("error"), "code")));
        Assert.Equal(["LEFT", "WAITING"], States(operation));
        Assert.Equal(3, operation.GetProperty("children").GetArrayLength());
        Assert.Empty(await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_VM_with_another_operation_at_work_is_waited_for_and_goes_as_it_is_then()
    {
        var path = await PlannedAsync();
        var name = Text(Items(await service.GetAsync(path), "moves")[0], "vmName")!;
        await BehavesAsync(new { stopLatencyMs = 1_500 });
        await service.PostedAsync(202, $"/v1/vms/{name}/stop");

        var operation = await ExecutedAsync(path, new { onStale = "SKIP" });

        Assert.Equal(["DONE", "DONE"], States(operation));
        Assert.Contains(name, await OnAsync("h2"));
        Assert.Equal("STOPPED", Text((await service.GetAsync($"/v1/vms/{name}")).GetProperty("status"), "state"));
    }

    [SkippableFact]
    public async Task A_cancel_takes_back_what_is_under_way_and_begins_nothing_more()
    {
        var path = await PlannedAsync();
        await BehavesAsync(new { migrateLatencyMs = 600_000 });
        var begun = await BegunAsync(path, new { });
        await UntilAsync(begun, operation => States(operation)[0] == "MOVING");
        var second = await ServiceFixture.RefusedAsync(409, "operation-in-progress", await service.PostAsync($"{path}/execute", new { }));
        Assert.EndsWith(Text(begun, "id")!, Text(second, "operation"), StringComparison.Ordinal);

        var operation = await service.PostedAsync(200, $"{PathOf(begun)}/cancel", null, ("Prefer", "wait=60"));

        Assert.Equal("CANCELLED", Text(operation, "state"));
        Assert.Equal(["LEFT", "WAITING"], States(operation));
        Assert.Equal("CANCELLED", Text(await service.GetAsync($"/v1/operations/{Text(Moves(operation)[0], "operation")}"), "state"));
        Assert.Empty(await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task When_the_deadline_passes_what_is_under_way_is_taken_back_and_the_operation_says_how_far_it_came()
    {
        var path = await PlannedAsync();
        await BehavesAsync(new { migrateLatencyMs = 600_000 });

        var operation = await ExecutedAsync(path, new { deadlineSeconds = 2 });

        Assert.Equal(("FAILED", "deadline-exceeded"), (Text(operation, "state"), Text(operation.GetProperty("error"), "code")));
        Assert.Contains("0 of 2", Text(operation.GetProperty("error"), "message"), StringComparison.Ordinal);
        Assert.Equal(["LEFT", "WAITING"], States(operation));
        Assert.Empty(await OnAsync("h2"));
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task No_more_move_at_once_than_a_host_takes_part_in_however_many_are_asked_for()
    {
        for (var i = 1; i <= 8; i++) { await service.CreateVmAsync($"vm-{i}", Spec(1)); }
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);
        await service.AddHostAsync("h3", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);
        var plan = await service.PostedAsync(201, Plans, new { goal = "BALANCE", maxMoves = 4 });
        Assert.Equal(["h2", "h3"], Items(plan, "moves").Take(2).Select(move => Text(move, "toHostName")).Order());
        await BehavesAsync(new { migrateLatencyMs = 600_000 });
        var begun = await BegunAsync($"{Plans}/{Text(plan, "id")}", new { parallelism = 16, onStale = "SKIP" });

        var seen = await UntilAsync(begun, operation => Text(Moves(operation)[2], "detail") is not null);

        Assert.Equal(["MOVING", "MOVING", "WAITING", "WAITING"], States(seen));
        Assert.Contains("'h1' takes part in 2 moves", Text(Moves(seen)[2], "detail"), StringComparison.Ordinal);
        await service.PostedAsync(200, $"{PathOf(begun)}/cancel", null, ("Prefer", "wait=60"));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_goes_on_meanwhile_the_claims_are_right_at_the_end(int seed)
    {
        var random = new Random(seed);
        var path = await PlannedAsync(vms: 8, vcpus: 1);
        await BehavesAsync(new { migrateLatencyMs = 50, migrateFaultRate = 0.3 });
        var begun = await BegunAsync(path, new { parallelism = random.Next(1, 5), onStale = "SKIP" });
        for (var step = 0; step < 12; step++)
        {
            var name = $"vm-{random.Next(1, 9)}";
            using var answer = await (random.Next(5) switch
            {
                0 => service.SendAsync(HttpMethod.Delete, $"/v1/vms/{name}"),
                1 => service.PostAsync($"/v1/vms/{name}/stop"),
                2 => service.PostAsync($"/v1/vms/{name}/migrate", new { }),
                3 => service.PostAsync("/v1/vms", new { name = $"new-{step}", spec = Spec(1) }),
                _ => service.PostAsync(random.Next(2) == 0 ? "/v1/hosts/h2/cordon" : "/v1/hosts/h2/activate"),
            });
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
        if (seed % 2 == 0) { using var cancel = await service.PostAsync($"{PathOf(begun)}/cancel"); }

        var operation = await EndAsync(begun);

        Assert.True(operation.GetProperty("done").GetBoolean(), operation.ToString());
        Assert.DoesNotContain("MOVING", States(operation));
        foreach (var each in Items(await service.GetAsync("/v1/operations?pageSize=1000"), "items")) { await EndAsync(each); }
        await Ledgers.AgreeAsync(service);
    }

    [SkippableTheory]
    [InlineData("""{"onStale":"WAIT"}""", "onStale")]
    [InlineData("""{"parallelism":0}""", "parallelism")]
    [InlineData("""{"parallelism":17}""", "parallelism")]
    [InlineData("""{"algorithm":"FAST"}""", "algorithm")]
    [InlineData("""{"deadlineSeconds":0}""", "deadlineSeconds")]
    [InlineData("""{"force":true}""", "force")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        var path = $"{Plans}/{Text(await service.PostedAsync(201, Plans, new { goal = "BALANCE" }), "id")}";

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync($"{path}/execute", body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    private static object Spec(int vcpus) => new { vcpus, memoryMiB = 256, diskGiB = 1, engine = "HARDWARE" };

    // Half of the VMs are to go to h2.
    private async Task<string> PlannedAsync(int vms = 4, int vcpus = 2)
    {
        for (var i = 1; i <= vms; i++)
        {
            Assert.Equal("SUCCEEDED", Text(await service.CreateVmAsync($"vm-{i}", Spec(vcpus)), "state"));
        }
        await service.AddHostAsync("h2", vcpu: 8, memoryMiB: 8_192, diskGiB: 80);
        var plan = await service.PostedAsync(201, Plans, new { goal = "BALANCE" });
        Assert.Equal(vms / 2, plan.GetProperty("moves").GetArrayLength());
        return $"{Plans}/{Text(plan, "id")}";
    }

    private async Task BehavesAsync(object simulation) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { simulation }));

    private Task<JsonElement> BegunAsync(string path, object body) => service.PostedAsync(202, $"{path}/execute", body);

    private Task<JsonElement> ExecutedAsync(string path, object body) =>
        service.PostedAsync(200, $"{path}/execute", body, ("Prefer", "wait=60"));

    private async Task<JsonElement> EndAsync(JsonElement begun) =>
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, PathOf(begun), null, ("Prefer", "wait=60")));

    private async Task<JsonElement> UntilAsync(JsonElement begun, Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var seen in Watching.OperationAsync(service.Client, PathOf(begun), limit.Token))
        {
            if (holds(seen)) { return seen; }
        }
        throw new InvalidOperationException("the operation has ended before");
    }

    private async Task<IEnumerable<string?>> OnAsync(string host) =>
        Items(await service.GetAsync($"/v1/hosts/{host}/vms"), "items").Select(vm => Text(vm, "name")).Order();

    private static List<JsonElement> Moves(JsonElement operation) => Items(operation.GetProperty("rebalance"), "moves");

    private static List<string?> States(JsonElement operation) => [.. Moves(operation).Select(move => Text(move, "state"))];

    private static int Made(JsonElement operation) => operation.GetProperty("rebalance").GetProperty("made").GetInt32();

    private static string PathOf(JsonElement operation) => $"/v1/operations/{Text(operation, "id")}";

    private static List<JsonElement> Items(JsonElement of, string member) => [.. of.GetProperty(member).EnumerateArray()];

    private static string? Text(JsonElement of, string member) => of.GetProperty(member).GetString();
}
