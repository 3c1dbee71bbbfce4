using System.Text.Json;
using ControlPlane.Api.Tests.Operations;

namespace ControlPlane.Api.Tests.Vms.Batches;

/// <summary>Many VMs by one call: all or none, or each for itself.</summary>
public sealed class VmBatchTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task All_of_a_batch_are_made_by_one_operation_with_a_child_each()
    {
        await service.AddHostAsync("h1");

        var accepted = await service.PostedAsync(202, "/v1/vms:batch", Batch("ALL_OR_NOTHING", Vm("a"), Vm("b"), Vm("c")));
        var ended = await EndAsync(accepted);

        Assert.Equal(("BATCH_CREATE_VMS", "vms", "SUCCEEDED"), (Text(ended, "kind"), Text(ended, "target"), Text(ended, "state")));
        Assert.Equal("""{"percent":100,"done":3,"total":3,"unit":"OPERATIONS"}""", ended.GetProperty("progress").GetRawText());
        Assert.Equal(Children(accepted), Children(ended));
        Assert.Equal(["a", "b", "c"], Items(ended).Select(item => Text(item, "name")));
        Assert.Equal((3, 0), (ended.GetProperty("response").GetProperty("made").GetInt32(), ended.GetProperty("response").GetProperty("notMade").GetInt32()));
        foreach (var item in Items(ended))
        {
            var child = await service.GetAsync($"/v1/operations/{Text(item, "operation")}");
            Assert.Equal(("CREATE_VM", Text(ended, "id"), "SUCCEEDED"), (Text(child, "kind"), Text(child, "parent"), Text(child, "state")));
            Assert.Equal("RUNNING", Text((await service.GetAsync($"/v1/vms/{Text(item, "name")}")).GetProperty("status"), "state"));
        }
        var listed = await service.GetAsync($"/v1/operations?filter={Uri.EscapeDataString($"parent = {Text(ended, "id")}")}");
        Assert.Equal(Children(ended).Order(), listed.GetProperty("items").EnumerateArray().Select(child => Text(child, "id")).Order());
        await Ledgers.AgreeAsync(service);
    }

    [Theory]
    [InlineData("ALL_OR_NOTHING")]
    [InlineData("BEST_EFFORT")]
    public async Task A_thousand_VMs_fit_into_one_call(string mode)
    {
        for (var host = 0; host < 20; host++) { await service.AddHostAsync($"h{host}"); }
        var vms = Enumerable.Range(0, 1000).Select(n => Vm($"vm-{n}", desiredState: "STOPPED")).ToArray();

        var accepted = await service.PostedAsync(202, "/v1/vms:batch", Batch(mode, vms));
        var cancelled = await EndAsync(await service.PostedAsync(202, $"/v1/operations/{Text(accepted, "id")}/cancel"));

        Assert.Equal("CANCELLED", Text(cancelled, "state"));
        Assert.Equal(1000, accepted.GetProperty("progress").GetProperty("total").GetInt32());
        Assert.InRange(Children(accepted).Count, 25, 1000);
        Assert.Equal(mode == "ALL_OR_NOTHING" ? 1000 : 25, Children(accepted).Count);
        await Ledgers.AgreeAsync(service);
        if (mode == "ALL_OR_NOTHING") { await Ledgers.AreEmptyAsync(service); }
    }

    [Fact]
    public async Task One_that_has_no_room_refuses_the_whole_batch_and_says_which()
    {
        await service.AddHostAsync("h1", vcpu: 4);
        var before = await Standing.ReadAsync(service);

        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity",
            await service.PostAsync("/v1/vms:batch", Batch("ALL_OR_NOTHING", Vm("a", 2), Vm("b", 1), Vm("c", 2))));

        Assert.Equal((1, "b"), (problem.GetProperty("index").GetInt32(), Text(problem, "name")));
        Assert.StartsWith("vms[1] 'b': Of 1 hosts none can take now", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.True(problem.TryGetProperty("placement", out _));
        Assert.Equal(before, await Standing.ReadAsync(service));
    }

    [Fact]
    public async Task The_largest_is_placed_first_and_the_answer_keeps_the_order_of_the_call()
    {
        // Placed as they come, the small ones would lie on both hosts and leave no room for the large.
        await service.AddHostAsync("h1", vcpu: 4);
        await service.AddHostAsync("h2", vcpu: 4);

        var ended = await EndAsync(await service.PostedAsync(202, "/v1/vms:batch",
            Batch("ALL_OR_NOTHING", Vm("s1"), Vm("s2"), Vm("s3"), Vm("s4"), Vm("large", 4))));

        Assert.Equal("SUCCEEDED", Text(ended, "state"));
        Assert.Equal(["s1", "s2", "s3", "s4", "large"], Items(ended).Select(item => Text(item, "name")));
    }

    [Fact]
    public async Task With_best_effort_each_stands_for_itself_and_a_refusal_says_why()
    {
        await service.AddHostAsync("h1", vcpu: 4);
        await service.CreateVmAsync("taken");

        var ended = await EndAsync(await service.PostedAsync(202, "/v1/vms:batch",
            Batch("BEST_EFFORT", Vm("a"), Vm("too-big", 64), Vm("taken"), Vm("b"))));

        Assert.Equal("SUCCEEDED", Text(ended, "state"));
        Assert.Equal(["SUCCEEDED", "REFUSED", "REFUSED", "SUCCEEDED"], Items(ended).Select(item => Text(item, "state")));
        Assert.Equal(["exceeds-every-host", "already-exists"], Items(ended).Select(item => Text(item, "code")).OfType<string>());
        Assert.Equal((2, 2), (ended.GetProperty("response").GetProperty("made").GetInt32(), ended.GetProperty("response").GetProperty("notMade").GetInt32()));
        Assert.Equal("""{"percent":100,"done":4,"total":4,"unit":"OPERATIONS"}""", ended.GetProperty("progress").GetRawText());
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task With_best_effort_more_than_a_turn_holds_are_made_turn_by_turn()
    {
        await service.AddHostAsync("h1");
        var vms = Enumerable.Range(0, 60).Select(n => Vm($"vm-{n}", desiredState: "STOPPED")).ToArray();

        var ended = await EndAsync(await service.PostedAsync(202, "/v1/vms:batch", Batch("BEST_EFFORT", vms)));

        Assert.Equal((60, 0), (ended.GetProperty("response").GetProperty("made").GetInt32(), ended.GetProperty("response").GetProperty("notMade").GetInt32()));
        Assert.Equal(60, Children(ended).Count);
        Assert.Equal(3, ended.GetProperty("steps")[0].GetProperty("attempt").GetInt32());
        await Ledgers.AgreeAsync(service);
    }

    [Theory]
    [InlineData("prepareFaultRate")]
    [InlineData("startFaultRate")]
    public async Task One_that_fails_in_the_making_takes_the_whole_batch_with_it(string rate)
    {
        await service.AddHostAsync("good", vcpu: 2);
        await service.AddHostAsync("bad", vcpu: 1, simulation: new Dictionary<string, double> { [rate] = 1 });

        var ended = await EndAsync(await service.PostedAsync(202, "/v1/vms:batch", Batch("ALL_OR_NOTHING", Vm("a"), Vm("b"), Vm("c"))));

        Assert.Equal("FAILED", Text(ended, "state"));
        Assert.Contains("The batch is undone.", Text(ended.GetProperty("error"), "message"), StringComparison.Ordinal);
        Assert.Empty((await service.GetAsync("/v1/vms")).GetProperty("items").EnumerateArray());
        await Ledgers.AreEmptyAsync(service);
    }

    [Fact]
    public async Task With_best_effort_one_that_fails_in_the_making_leaves_the_others()
    {
        await service.AddHostAsync("good", vcpu: 2);
        await service.AddHostAsync("bad", vcpu: 1, simulation: new { startFaultRate = 1.0 });

        var ended = await EndAsync(await service.PostedAsync(202, "/v1/vms:batch", Batch("BEST_EFFORT", Vm("a"), Vm("b"), Vm("c"))));

        Assert.Equal("SUCCEEDED", Text(ended, "state"));
        Assert.Equal(["FAILED", "SUCCEEDED", "SUCCEEDED"], Items(ended).Select(item => Text(item, "state")).Order());
        Assert.Equal(2, (await service.GetAsync("/v1/vms")).GetProperty("items").GetArrayLength());
        await Ledgers.AgreeAsync(service);
    }

    [Theory]
    [InlineData("ALL_OR_NOTHING", 0)]
    [InlineData("BEST_EFFORT", 1)]
    public async Task A_cancel_undoes_what_the_mode_says(string mode, int left)
    {
        await service.AddHostAsync("quick", zone: "quick");
        await service.AddHostAsync("slow", zone: "slow", simulation: new { startLatencyMs = 600_000 });
        var accepted = await service.PostedAsync(202, "/v1/vms:batch", Batch(mode, Vm("a", zone: "quick"), Vm("b", zone: "slow")));
        await UntilMadeAsync("a");

        var ended = await EndAsync(await service.PostedAsync(202, $"/v1/operations/{Text(accepted, "id")}/cancel"));

        Assert.Equal("CANCELLED", Text(ended, "state"));
        Assert.Equal(left, (await service.GetAsync("/v1/vms")).GetProperty("items").GetArrayLength());
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task Progress_counts_the_children_that_have_ended()
    {
        await service.AddHostAsync("quick", zone: "quick");
        await service.AddHostAsync("slow", zone: "slow", simulation: new { startLatencyMs = 600_000 });
        var accepted = await service.PostedAsync(202, "/v1/vms:batch", Batch("ALL_OR_NOTHING", Vm("a", zone: "quick"), Vm("b", zone: "slow")));
        await UntilMadeAsync("a");

        var listed = await service.GetAsync($"/v1/operations?filter={Uri.EscapeDataString("kind = BATCH_CREATE_VMS")}");

        var half = """{"percent":50,"done":1,"total":2,"unit":"OPERATIONS"}""";
        Assert.Equal(half, (await service.GetAsync($"/v1/operations/{Text(accepted, "id")}")).GetProperty("progress").GetRawText());
        Assert.Equal(half, Assert.Single(listed.GetProperty("items").EnumerateArray()).GetProperty("progress").GetRawText());
    }

    [Fact]
    public async Task A_rehearsal_says_what_would_be_refused_and_changes_nothing()
    {
        await service.AddHostAsync("h1", vcpu: 4);
        var before = await Standing.ReadAsync(service);

        var each = await service.PostedAsync(200, "/v1/vms:batch?validateOnly=true", Batch("BEST_EFFORT", Vm("a"), Vm("too-big", 64)));
        var all = await service.PostAsync("/v1/vms:batch?validateOnly=true", Batch("ALL_OR_NOTHING", Vm("a"), Vm("too-big", 64)));

        Assert.StartsWith("VM 'too-big' was refused", Assert.Single(each.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        await ServiceFixture.RefusedAsync(422, "exceeds-every-host", all);
        Assert.Equal(before, await Standing.ReadAsync(service));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_batch()
    {
        await service.AddHostAsync("h1");
        var batch = Batch("ALL_OR_NOTHING", Vm("a"), Vm("b"));

        var first = await service.PostedAsync(202, "/v1/vms:batch", batch, ("Idempotency-Key", "k"));
        var again = await service.PostedAsync(202, "/v1/vms:batch", batch, ("Idempotency-Key", "k"));
        var other = await service.PostAsync("/v1/vms:batch", Batch("ALL_OR_NOTHING", Vm("z")), ("Idempotency-Key", "k"));

        Assert.Equal(Text(first, "id"), Text(again, "id"));
        await ServiceFixture.RefusedAsync(422, "idempotency-mismatch", other);
        Assert.Equal(2, (await service.GetAsync("/v1/vms")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_colon_does_not_hide_a_VM()
    {
        await service.AddHostAsync("h1");
        await service.CreateVmAsync("batch");

        Assert.Equal("batch", Text(await service.GetAsync("/v1/vms/batch"), "name"));
        Assert.Equal(405, (int)(await service.Client.GetAsync("/v1/vms:batch")).StatusCode);
    }

    private static object Batch(string mode, params object[] vms) => new { mode, vms };

    private static object Vm(string name, int vcpus = 1, string? zone = null, string desiredState = "RUNNING") =>
        new { name, spec = new { vcpus, memoryMiB = 64, diskGiB = 1, placement = new { zone }, desiredState } };

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    private static IReadOnlyList<string?> Children(JsonElement operation) =>
        [.. operation.GetProperty("children").EnumerateArray().Select(child => child.GetString())];

    private static IReadOnlyList<JsonElement> Items(JsonElement operation) =>
        [.. operation.GetProperty("response").GetProperty("items").EnumerateArray()];

    private async Task<JsonElement> EndAsync(JsonElement operation)
    {
        var path = $"/v1/operations/{Text(operation, "id")}";
        while (true)
        {
            var now = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=60")));
            if (now.GetProperty("done").GetBoolean()) { return now; }
        }
    }

    private async Task UntilMadeAsync(string vm)
    {
        var target = Text(await service.GetAsync($"/v1/vms/{vm}"), "id");
        var creates = await service.GetAsync($"/v1/operations?filter={Uri.EscapeDataString($"target = \"vms/{target}\"")}");
        await EndAsync(creates.GetProperty("items")[0]);
    }
}
