namespace ControlPlane.Api.Tests.Queueing;

public sealed class QueueLimitTests
{
    [Fact]
    public async Task A_queue_that_is_full_says_so()
    {
        var service = new QueueWorld();
        service.Settings = [.. service.Settings, ("ControlPlane:Queue:MaxWaiting", "1")];
        await service.InitializeAsync();
        try
        {
            await service.QueueAsync("web-1");

            using var refused = await service.PostAsync("/v1/vms", QueueWorld.Body("web-2"));

            await ServiceFixture.RefusedAsync(503, "unavailable", refused);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        finally { await service.DisposeAsync(); }
    }

    [Fact]
    public async Task Many_that_find_no_room_hide_nobody_behind_them()
    {
        var service = new QueueWorld();
        await service.InitializeAsync();
        try
        {
            // More than are read at a time.
            var names = Enumerable.Range(0, 300).Select(number => $"large-{number}");
            await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (name, _) => await service.QueueAsync(name));
            var small = await service.QueueAsync("small", vcpus: 1);
            Assert.Equal(301, QueueWorld.PlaceOf(small).Position);

            await service.AddHostAsync("tiny", vcpu: 1, memoryMiB: 1024, diskGiB: 10);

            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(small));
            var last = await service.QueueAsync("last", vcpus: 4);
            Assert.Equal(301, QueueWorld.PlaceOf(last).Position);
        }
        finally { await service.DisposeAsync(); }
    }

    [Fact]
    public async Task Nobody_gets_room_that_one_before_it_has_waited_long_for()
    {
        var service = new QueueWorld();
        service.Settings = [.. service.Settings, ("ControlPlane:Queue:PatienceSeconds", "0")];
        await service.InitializeAsync();
        try
        {
            var large = await service.QueueAsync("large", vcpus: 4);
            var small = await service.QueueAsync("small", vcpus: 1);
            await service.AddHostAsync("tiny", vcpu: 1, memoryMiB: 1024, diskGiB: 10);
            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(small));
            var next = await service.QueueAsync("next", vcpus: 3);
            await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", new { capacity = new { vcpu = 7 } }));

            Assert.Equal((1, 1), QueueWorld.PlaceOf(await service.NowAsync(large)));
            Assert.Equal((2, 2), QueueWorld.PlaceOf(await service.NowAsync(next)));
            await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/vms", new
            {
                name = "hurry", spec = new { vcpus = 1, memoryMiB = 64 },
            }));
            using var batch = await service.PostAsync("/v1/vms:batch", new
            {
                mode = "BEST_EFFORT", vms = new[] { "one", "two" }.Select(name => new { name, spec = new { vcpus = 1, memoryMiB = 64 } }),
            }, ("Prefer", "wait=60"));
            Assert.True(batch.IsSuccessStatusCode, await batch.Content.ReadAsStringAsync());
            Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/one")).StatusCode);
            // What was refused holds nothing.
            var resources = (await service.GetAsync("/v1/reports/model")).GetProperty("r");
            Assert.True(resources.GetProperty("consistent").GetBoolean(), resources.ToString());
            await service.DeleteVmAsync("first");

            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(large));
            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(next));
        }
        finally { await service.DisposeAsync(); }
    }
}
