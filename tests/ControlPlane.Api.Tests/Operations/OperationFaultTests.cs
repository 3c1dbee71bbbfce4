namespace ControlPlane.Api.Tests.Operations;

/// <summary>A fault in each step, brought about by a simulated host's fault rates: what was begun is undone to the state before.</summary>
public abstract class OperationFaultTests(ServiceFixture service) : IAsyncLifetime
{
    public Task InitializeAsync()
    {
        service.Settings = [("ControlPlane:Operations:UndoAttempts", "2")];
        return service.InitializeAsync();
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [SkippableTheory]
    [InlineData("prepare", "prepareFaultRate")]
    [InlineData("start", "startFaultRate")]
    public async Task A_create_whose_step_fails_leaves_nothing(string step, string rate)
    {
        await service.AddHostAsync("h1", simulation: new Dictionary<string, double> { [rate] = 1 });

        var operation = await service.CreateVmAsync("vm-1");

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal("FAILED", StateBeforeUndo(operation, step));
        Assert.All(operation.GetProperty("steps").EnumerateArray(), each => Assert.Contains(each.GetProperty("state").GetString(), new[] { "UNDONE", "PENDING" }));
        Assert.False(string.IsNullOrEmpty(operation.GetProperty("error").GetProperty("message").GetString()));
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/vm-1")).StatusCode);
        await Ledgers.AreEmptyAsync(service);
        Assert.Equal("FAILED", (await service.CreateVmAsync("vm-1")).GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task A_stop_that_fails_leaves_the_guest_running()
    {
        await service.AddHostAsync("h1", simulation: new { stopFaultRate = 1.0 });
        await service.CreateVmAsync("vm-1");

        var operation = await service.PostedAsync(200, "/v1/vms/vm-1/stop", null, ("Prefer", "wait=60"));

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        var vm = await service.GetAsync("/v1/vms/vm-1");
        Assert.Equal("RUNNING", vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("RUNNING", vm.GetProperty("spec").GetProperty("desiredState").GetString());
        await Ledgers.AgreeAsync(service);
    }

    [SkippableFact]
    public async Task A_removal_that_fails_keeps_the_claim_until_it_succeeds()
    {
        await service.AddHostAsync("h1", simulation: new { removeFaultRate = 1.0 });
        await service.CreateVmAsync("vm-1");

        var failed = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, "/v1/vms/vm-1", null, ("Prefer", "wait=60")));
        Assert.Equal("FAILED", failed.GetProperty("state").GetString());
        await Ledgers.AgreeAsync(service);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { removeFaultRate = 0.0 } }));
        var removed = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, "/v1/vms/vm-1", null, ("Prefer", "wait=60")));

        Assert.Equal("SUCCEEDED", removed.GetProperty("state").GetString());
        await Ledgers.AreEmptyAsync(service);
    }

    [SkippableFact]
    public async Task An_undo_that_cannot_be_done_says_so_and_leaves_what_is_there_to_be_deleted()
    {
        await service.AddHostAsync("h1", simulation: new { startFaultRate = 1.0, removeFaultRate = 1.0 });

        var operation = await service.CreateVmAsync("vm-1");

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.NotEmpty(operation.GetProperty("warnings").EnumerateArray());
        await Ledgers.AgreeAsync(service);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(
            HttpMethod.Patch, "/v1/hosts/h1", new { simulation = new { startFaultRate = 0.0, removeFaultRate = 0.0 } }));
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Delete, "/v1/vms/vm-1", null, ("Prefer", "wait=60")));
        await Ledgers.AreEmptyAsync(service);
    }

    // A step that failed and was undone is shown as undone; the error names where it failed.
    private static string StateBeforeUndo(System.Text.Json.JsonElement operation, string step) =>
        operation.GetProperty("steps").EnumerateArray().Any(each => each.GetProperty("name").GetString() == step
            && each.GetProperty("state").GetString() == "UNDONE") ? "FAILED" : "?";
}
