using System.Text.Json;

namespace ControlPlane.Api.Tests.Operations;

/// <summary>Waiting for operations, following and cancelling them, as a client does.</summary>
public sealed class OperationEndpointTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("slow", simulation: new { startLatencyMs = 600_000 });
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_call_answers_202_with_the_operation_and_its_place()
    {
        using var response = await service.PostAsync("/v1/vms", NewVm("vm-1"));

        var operation = await ServiceFixture.ReadAsync(202, response);
        Assert.Equal($"/v1/operations/{operation.GetProperty("id").GetString()}", response.Headers.Location?.ToString());
        Assert.False(operation.GetProperty("done").GetBoolean());
        Assert.Equal(JsonValueKind.Null, operation.GetProperty("response").ValueKind);
        Assert.Equal(JsonValueKind.Null, operation.GetProperty("error").ValueKind);
        Assert.True(operation.GetProperty("cancellable").GetBoolean());
        Assert.Equal("token:bootstrap", operation.GetProperty("actor").GetString());
    }

    [Fact]
    public async Task A_wait_that_runs_out_answers_202_as_it_is_then()
    {
        using var response = await service.PostAsync("/v1/vms", NewVm("vm-1"), ("Prefer", "wait=1"));

        Assert.False((await ServiceFixture.ReadAsync(202, response)).GetProperty("done").GetBoolean());
    }

    [Fact]
    public async Task A_second_operation_on_a_busy_VM_is_refused_with_the_link_of_the_first()
    {
        var first = await service.PostedAsync(202, "/v1/vms", NewVm("vm-1"));

        var problem = await ServiceFixture.RefusedAsync(409, "operation-in-progress", await service.PostAsync("/v1/vms/vm-1/stop"));

        Assert.Equal($"/v1/operations/{first.GetProperty("id").GetString()}", problem.GetProperty("operation").GetString());
    }

    [Fact]
    public async Task A_cancelled_create_ends_cancelled_and_leaves_nothing()
    {
        var create = await service.PostedAsync(202, "/v1/vms", NewVm("vm-1"));
        var path = $"/v1/operations/{create.GetProperty("id").GetString()}";

        var ended = await service.PostedAsync(200, $"{path}/cancel", null, ("Prefer", "wait=60"));

        Assert.Equal("CANCELLED", ended.GetProperty("state").GetString());
        Assert.Equal("cancelled", ended.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/vm-1")).StatusCode);
        await Ledgers.AreEmptyAsync(service);
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync($"{path}/cancel"));
    }

    [Fact]
    public async Task An_operation_is_followed_to_its_end()
    {
        await service.AddHostAsync("quick", zone: "quick");
        var vm = new { name = "vm-1", spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { zone = "quick" } } };
        var create = await service.PostedAsync(202, "/v1/vms", vm);

        var text = await service.Client.GetStringAsync($"/v1/operations/{create.GetProperty("id").GetString()}/events");

        var last = text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..];
        Assert.Equal("SUCCEEDED", JsonDocument.Parse(last).RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_create_whose_guest_starts_slowly_shows_its_files_made()
    {
        var create = await service.PostedAsync(202, "/v1/vms", NewVm("vm-1"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        await foreach (var seen in Watching.OperationAsync(service.Client, $"/v1/operations/{create.GetProperty("id").GetString()}", patience.Token))
        {
            var steps = seen.GetProperty("steps").EnumerateArray()
                .ToDictionary(step => step.GetProperty("name").GetString()!, step => step.GetProperty("state").GetString());
            if (steps["prepare"] == "RUNNING") { Assert.Equal("PENDING", steps["start"]); }
            if (steps["start"] != "RUNNING") { continue; }
            Assert.Equal("SUCCEEDED", steps["prepare"]);
            return;
        }
        Assert.Fail("the stream ended before the start was seen");
    }

    [Fact]
    public async Task A_create_tells_its_host_once()
    {
        await service.AddHostAsync("quick", zone: "quick");
        var vm = new { name = "vm-1", spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, placement = new { zone = "quick" } } };

        var create = await service.PostedAsync(200, "/v1/vms", vm, ("Prefer", "wait=60"));

        var made = create.GetProperty("response");
        // It was accepted, its host reported, it was ended.
        Assert.Equal("\"3\"", made.GetProperty("etag").GetString());
        Assert.Equal("RUNNING", made.GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Operations_are_listed_by_target_kind_and_state()
    {
        var create = await service.PostedAsync(202, "/v1/vms", NewVm("vm-1"));
        await service.PostedAsync(202, "/v1/vms", NewVm("vm-2"));
        var target = create.GetProperty("target").GetString();

        var found = await service.GetAsync($"/v1/operations?filter={Uri.EscapeDataString($"target = \"{target}\" AND kind = CREATE_VM AND state != FAILED")}");

        Assert.Equal([create.GetProperty("id").GetString()], found.GetProperty("items").EnumerateArray().Select(each => each.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("/v1/operations/op_00000000000000000000000000")]
    [InlineData("/v1/operations/nothing")]
    public async Task An_unknown_operation_is_not_found(string path)
    {
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync(path));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync($"{path}/events"));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.PostAsync($"{path}/cancel"));
    }

    private static object NewVm(string name) => new { name, spec = new { vcpus = 1, memoryMiB = 256, diskGiB = 1 } };
}
