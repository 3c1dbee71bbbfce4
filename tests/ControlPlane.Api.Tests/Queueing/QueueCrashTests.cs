using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Queueing;

/// <summary>A create that waits for the room of a VM that is deleted, with the service dying before each commit in turn.</summary>
public sealed class QueueCrashTests
{
    private const int MaxCommits = 20;

    [Fact]
    public async Task A_service_that_dies_before_any_commit_serves_who_waits_when_it_lives_again()
    {
        for (var commits = 0; commits < MaxCommits; commits++)
        {
            var store = new DyingStore();
            var service = new QueueWorld { Configure = services => services.AddSingleton<IInterceptor>(store) };
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
    private static async Task<bool> DieAsync(QueueWorld service, DyingStore store, int commits)
    {
        store.DieAfter(commits);
        using var reply = await service.PostAsync("/v1/vms", QueueWorld.Body("waits"));
        var accepted = reply.IsSuccessStatusCode ? await ServiceFixture.ReadAsync(202, reply) : (JsonElement?)null;
        using var deleted = await service.SendAsync(HttpMethod.Delete, "/v1/vms/first");
        var ended = accepted is { } operation ? EndedAsync(service, operation) : Task.Delay(Timeout.Infinite);
        var survived = await Task.WhenAny(store.Died.Task, ended) == ended;
        await service.StopAsync();
        store.Revive();
        await service.InitializeAsync();
        await GoneAsync(service);
        if (accepted is { } waiting)
        {
            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(waiting));
            Assert.Equal("STOPPED", (await service.GetAsync("/v1/vms/waits")).GetProperty("status").GetProperty("state").GetString());
        }
        await Ledgers.AgreeAsync(service);
        return survived;
    }

    private static async Task EndedAsync(QueueWorld service, JsonElement operation)
    {
        while (true)
        {
            using var reply = await service.SendAsync(HttpMethod.Get, QueueWorld.PathOf(operation), null, ("Prefer", "wait=30"));
            if (!reply.IsSuccessStatusCode) { await Task.Delay(Timeout.Infinite); }
            if ((await ServiceFixture.ReadAsync(200, reply)).GetProperty("done").GetBoolean()) { return; }
        }
    }

    // The deletion may have been accepted before the death, or not.
    private static async Task GoneAsync(QueueWorld service)
    {
        using var again = await service.SendAsync(HttpMethod.Delete, "/v1/vms/first", null, ("Prefer", "wait=60"));
        if ((int)again.StatusCode != 409) { return; }
        var running = (await ServiceFixture.ReadAsync(409, again)).GetProperty("operation").GetString()!;
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Get, running, null, ("Prefer", "wait=60")));
    }
}
