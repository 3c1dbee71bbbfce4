using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Hosts.Recovering;

/// <summary>
/// The service dies before each commit of a recovery in turn: the next one brings it to its end, each VM is on one host, and claims are right.
/// </summary>
public sealed class RecoveryCrashTests
{
    private const int MaxCommits = 40;

    [Fact]
    public async Task A_service_that_dies_before_any_commit_of_a_recovery_brings_it_to_its_end()
    {
        for (var commits = 0; commits < MaxCommits; commits++)
        {
            var store = new DyingStore();
            var service = new ServiceFixture(services => services.AddSingleton<IInterceptor>(store));
            await service.InitializeAsync();
            try
            {
                if (await DieAsync(service, store, commits)) { return; }
            }
            finally
            {
                store.Revive();
                await service.DisposeAsync();
            }
        }
        Assert.Fail($"it takes more than {MaxCommits} commits");
    }

    // True when no more commits were needed than it was given.
    private static async Task<bool> DieAsync(ServiceFixture service, DyingStore store, int commits)
    {
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
        foreach (var name in new[] { "first", "second" }) { await service.CreateVmAsync(name, new { vcpus = 1, memoryMiB = 64, diskGiB = 1 }); }
        await service.AddHostAsync("h2");
        await LosableHosts.WelcomeAsync(service, "h1");
        await LosableHosts.SuspectAsync(service, "h1");

        store.DieAfter(commits);
        using var reply = await service.PostAsync("/v1/hosts/h1/declare-lost", new { statement = "off" });
        var ended = reply.IsSuccessStatusCode ? EndedAsync(service, await ServiceFixture.ReadAsync(202, reply)) : Task.Delay(Timeout.Infinite);
        var survived = await Task.WhenAny(store.Died.Task, ended) == ended;
        await service.StopAsync();
        store.Revive();
        await service.InitializeAsync();
        // What was not accepted is stated once more.
        if (!reply.IsSuccessStatusCode)
        {
            using var again = await service.PostAsync("/v1/hosts/h1/declare-lost", new { statement = "off" });
        }
        var operations = (await service.GetAsync("/v1/operations?filter=" + Uri.EscapeDataString("kind = RECOVER_HOST"))).GetProperty("items");
        var begun = Assert.Single(operations.EnumerateArray());
        var path = $"/v1/operations/{begun.GetProperty("id").GetString()}";
        var operation = await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=60")));
        Assert.True(operation.GetProperty("state").GetString() == "SUCCEEDED", $"after {commits}: {operation}");
        Assert.Equal("FENCED", (await service.GetAsync("/v1/hosts/h1")).GetProperty("state").GetString());
        var vms = (await service.GetAsync("/v1/hosts/h2/vms")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, vms.Count);
        Assert.All(vms, vm => Assert.Equal(("RUNNING", 2),
            (vm.GetProperty("status").GetProperty("state").GetString(), vm.GetProperty("status").GetProperty("incarnation").GetInt32())));
        await Ledgers.AgreeAsync(service);
        return survived;
    }

    private static async Task EndedAsync(ServiceFixture service, JsonElement operation)
    {
        var path = $"/v1/operations/{operation.GetProperty("id").GetString()}";
        while (true)
        {
            using var response = await service.SendAsync(HttpMethod.Get, path, null, ("Prefer", "wait=30"));
            if (!response.IsSuccessStatusCode) { await Task.Delay(Timeout.Infinite); }
            if ((await ServiceFixture.ReadAsync(200, response)).GetProperty("done").GetBoolean()) { return; }
        }
    }
}
