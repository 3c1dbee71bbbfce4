using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Preemption;

/// <summary>
/// A create that stops two VMs and does not come about, with the service dying before each of its commits in turn: whatever was done is
/// undone, and both run again with all their room. (One that comes about is a scenario of every operation's crash tests.)
/// </summary>
public sealed class PreemptionCrashTests
{
    private const int MaxCommits = 40;

    [Fact]
    public async Task A_service_that_dies_before_any_commit_of_a_create_that_fails_leaves_everybody_running() =>
        await DieBeforeEachCommitAsync(new { prepareFaultRate = 1.0 }, cancels: false);

    [Fact]
    public async Task A_service_that_dies_before_any_commit_of_a_create_that_is_cancelled_leaves_everybody_running() =>
        await DieBeforeEachCommitAsync(new { stopLatencyMs = 300 }, cancels: true);

    private static async Task DieBeforeEachCommitAsync(object simulation, bool cancels)
    {
        for (var commits = 0; commits < MaxCommits; commits++)
        {
            var store = new DyingStore();
            var service = new ServiceFixture(services => services.AddSingleton<IInterceptor>(store));
            await service.InitializeAsync();
            try
            {
                await FillAsync(service);
                await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { simulation }));
                if (await DieAsync(service, store, commits, cancels)) { return; }
            }
            finally
            {
                store.Revive();
                await service.DisposeAsync();
            }
        }
        Assert.Fail($"it takes more than {MaxCommits} commits");
    }

    private static async Task FillAsync(ServiceFixture service)
    {
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
        var allowed = new { policies = new { preemption = new { allowed = true } } };
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/pools/default", allowed));
        foreach (var name in new[] { "first", "second" })
        {
            await service.CreateVmAsync(name, new { vcpus = 4, memoryMiB = 256, diskGiB = 1, preemptible = true });
        }
    }

    // True when no more commits were needed than it was given.
    private static async Task<bool> DieAsync(ServiceFixture service, DyingStore store, int commits, bool cancels)
    {
        var spec = new { vcpus = 6, memoryMiB = 256, diskGiB = 1, placement = new { priority = 9 } };
        store.DieAfter(commits);
        using var reply = await service.PostAsync("/v1/vms", new { name = "urgent", spec });
        var accepted = reply.IsSuccessStatusCode ? await ServiceFixture.ReadAsync(202, reply) : (JsonElement?)null;
        var path = accepted is { } begun ? $"/v1/operations/{begun.GetProperty("id").GetString()}" : null;
        if (cancels && path is not null) { (await service.PostAsync($"{path}/cancel")).Dispose(); }
        var ended = path is null ? Task.Delay(Timeout.Infinite) : EndedAsync(service, path);
        var survived = await Task.WhenAny(store.Died.Task, ended) == ended;
        await service.StopAsync();
        store.Revive();
        await service.InitializeAsync();
        if (path is not null)
        {
            // The cancel may have died with the service: then what was accepted comes about.
            if (cancels) { (await service.PostAsync($"{path}/cancel")).Dispose(); }
            var operation = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=60")));
            Assert.True(operation.GetProperty("done").GetBoolean(), await SeenAsync(service, operation));
            var state = operation.GetProperty("state").GetString();
            if (state == "SUCCEEDED" && cancels) { return survived; }
            Assert.Equal(cancels ? "CANCELLED" : "FAILED", state);
        }
        await AllRunAsync(service);
        await Ledgers.AgreeAsync(service);
        return survived;
    }

    private static async Task EndedAsync(ServiceFixture service, string path)
    {
        while (true)
        {
            using var response = await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=30"));
            if (!response.IsSuccessStatusCode) { await Task.Delay(Timeout.Infinite); }
            if ((await ServiceFixture.ReadAsync(200, response)).GetProperty("done").GetBoolean()) { return; }
        }
    }

    private static async Task<string> SeenAsync(ServiceFixture service, JsonElement vm) =>
        $"{vm}\n{await service.GetAsync("/v1/operations?pageSize=100")}";

    private static async Task AllRunAsync(ServiceFixture service)
    {
        foreach (var name in new[] { "first", "second" })
        {
            var vm = await service.GetAsync($"/v1/vms/{name}");
            Assert.True(vm.GetProperty("status").GetProperty("state").GetString() == "RUNNING", await SeenAsync(service, vm));
            Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").GetProperty("currentOperation").ValueKind);
            var held = vm.GetProperty("status").GetProperty("allocations").EnumerateArray().Select(each => each.GetProperty("amount").GetInt64());
            Assert.Equal([4, 256, 1], held.OrderByDescending(amount => amount == 4).ThenByDescending(amount => amount));
        }
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/urgent")).StatusCode);
        Assert.Empty((await service.GetAsync("/v1/operations?filter=" + Uri.EscapeDataString("state = RUNNING"))).GetProperty("items").EnumerateArray());
    }
}
