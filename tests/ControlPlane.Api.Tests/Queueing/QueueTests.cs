using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Queueing;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly QueueWorld service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_create_without_room_waits_and_says_where_it_stands_and_why()
    {
        var operation = await service.QueueAsync("web-1", seconds: 600);

        Assert.Equal("PENDING", operation.GetProperty("state").GetString());
        Assert.Equal("PENDING", operation.GetProperty("steps")[0].GetProperty("state").GetString());
        Assert.True(operation.GetProperty("cancellable").GetBoolean());
        Assert.Equal((1, 1), QueueWorld.PlaceOf(operation));
        var second = await service.QueueAsync("web-2");
        Assert.Equal((2, 2), QueueWorld.PlaceOf(await service.NowAsync(second)));
        var queue = (await service.NowAsync(operation)).GetProperty("queue");
        Assert.Contains("resource:vcpu needs 4, has 0", queue.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var since = queue.GetProperty("since").GetDateTimeOffset();
        Assert.Equal(since.AddSeconds(600), queue.GetProperty("deadline").GetDateTimeOffset());
        var vm = await service.GetAsync("/v1/vms/web-1");
        Assert.Equal("CREATING", vm.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").GetProperty("host").ValueKind);
        Assert.Equal(0, vm.GetProperty("status").GetProperty("allocations").GetArrayLength());
        var pending = await service.GetAsync("/v1/operations?filter=state%20%3D%20PENDING");
        Assert.Equal([1, 2], pending.GetProperty("items").EnumerateArray().Select(item => QueueWorld.PlaceOf(item).Position));
    }

    [Theory]
    [InlineData("DELETE", "/v1/vms/first", null)]
    [InlineData("POST", "/v1/hosts", """{"name":"h2","driver":"SIMULATED","capacity":{"vcpu":4,"memoryMiB":1024,"diskGiB":10}}""")]
    [InlineData("PATCH", "/v1/hosts/h1", """{"capacity":{"vcpu":8}}""")]
    [InlineData("POST", "/v1/hosts/spare/uncordon", null)]
    [InlineData("DELETE", "/v1/reservations/held", null)]
    [InlineData("DELETE", "/v1/pools/default/allocations/$", null)]
    public async Task Room_that_appears_is_taken_at_once(string method, string path, string? body)
    {
        var at = path;
        if (path.Contains("spare", StringComparison.Ordinal)) { await SpareAsync(); await service.PostedAsync(200, "/v1/hosts/spare/cordon"); }
        if (path.Contains("reservations", StringComparison.Ordinal))
        {
            await SpareAsync();
            await service.PostedAsync(201, "/v1/reservations", new { name = "held", holdSeconds = 600, spec = new { vcpus = 4, memoryMiB = 64 } });
        }
        if (path.Contains('$', StringComparison.Ordinal))
        {
            await SpareAsync();
            var held = await service.PostedAsync(201, "/v1/pools/default/allocations", new { owner = "x", host = "spare", resources = new { vcpu = 4 } });
            at = path.Replace("$", held.GetProperty("id").GetString(), StringComparison.Ordinal);
        }
        var waiting = await service.QueueAsync("web-1");

        using var made = await service.SendAsync(new HttpMethod(method), at, body);

        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        var operation = await service.EndAsync(waiting);
        QueueWorld.Ended("SUCCEEDED", operation);
        Assert.Equal(JsonValueKind.Null, operation.GetProperty("queue").ValueKind);
        Assert.NotNull(operation.GetProperty("placement").GetString());
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task A_pool_whose_limit_is_raised_lets_those_in_that_waited_for_it()
    {
        await SpareAsync();
        await service.PostedAsync(201, "/v1/pools", new { name = "team", limits = new { vcpu = 4 } });
        await service.PostedAsync(201, "/v1/pools/team/allocations", new { owner = "x", resources = new { vcpu = 1 } });
        var waiting = await service.QueueAsync("web-1", vcpus: 2, pool: "team");
        Assert.Equal(JsonValueKind.Null, (await service.EndAsync(waiting)).GetProperty("queue").ValueKind);
        var full = await service.QueueAsync("web-2", vcpus: 3, pool: "team");
        Assert.Contains("team", (await service.NowAsync(full)).GetProperty("queue").GetProperty("reason").GetString(), StringComparison.Ordinal);

        await service.AddHostAsync("h3", vcpu: 4, memoryMiB: 1024, diskGiB: 10);
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/pools/team", new { limits = new { vcpu = 8 } }));

        QueueWorld.Ended("SUCCEEDED", await service.EndAsync(full));
    }

    [Theory]
    [InlineData("""{"vcpus":5,"memoryMiB":64""", "default", 422, "exceeds-every-host")]
    [InlineData("""{"vcpus":1,"memoryMiB":64,"extraResources":{"gpu":1}""", "default", 404, "unknown-resource-class")]
    [InlineData("""{"vcpus":3,"memoryMiB":64""", "small", 409, "insufficient-resources")]
    public async Task What_could_never_fit_is_refused_at_once_also_while_others_wait(string spec, string pool, int status, string code)
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "small", limits = new { vcpu = 2 } });
        var body = $"{{\"name\":\"never\",\"pool\":\"{pool}\",\"spec\":{spec}" + ""","placement":{"onNoCapacity":"QUEUE"}}}""";

        await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/vms", body));
        await service.QueueAsync("web-1");
        await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/vms", body));

        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/never")).StatusCode);
    }

    [Fact]
    public async Task At_its_deadline_it_fails_with_the_refusal_and_leaves_nothing_but_the_operation()
    {
        var operation = await service.EndAsync(await service.QueueAsync("web-1", seconds: 1));

        QueueWorld.Ended("FAILED", operation);
        var error = operation.GetProperty("error");
        Assert.Equal("insufficient-capacity", error.GetProperty("code").GetString());
        Assert.Contains("within 1 s", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/web-1")).StatusCode);
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task One_that_is_cancelled_leaves_the_queue_and_nothing_behind()
    {
        var (first, second) = (await service.QueueAsync("web-1"), await service.QueueAsync("web-2"));

        var cancelled = await service.PostedAsync(200, $"{QueueWorld.PathOf(first)}/cancel", null, ("Prefer", "wait=60"));

        QueueWorld.Ended("CANCELLED", cancelled);
        Assert.Equal(404, (int)(await service.Client.GetAsync("/v1/vms/web-1")).StatusCode);
        Assert.Equal((1, 1), QueueWorld.PlaceOf(await service.NowAsync(second)));
        await service.DeleteVmAsync("first");
        QueueWorld.Ended("SUCCEEDED", await service.EndAsync(second));
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task After_a_restart_they_are_served_in_the_order_in_which_they_came()
    {
        var waiting = new List<JsonElement>();
        for (var i = 0; i < 3; i++) { waiting.Add(await service.QueueAsync($"web-{i}")); }
        await service.RestartAsync();
        var last = "first";

        foreach (var (index, operation) in waiting.Index())
        {
            Assert.Equal((1, 1), QueueWorld.PlaceOf(await service.NowAsync(operation)));
            await service.DeleteVmAsync(last);
            QueueWorld.Ended("SUCCEEDED", await service.EndAsync(operation));
            last = $"web-{index}";
        }
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task One_that_finds_no_room_is_passed_by_those_that_do_and_keeps_its_place()
    {
        await service.AddHostAsync("h2", vcpu: 2, memoryMiB: 1024, diskGiB: 10);
        var large = await service.QueueAsync("large", vcpus: 4);

        QueueWorld.Ended("SUCCEEDED", await service.EndAsync(await service.QueueAsync("small", vcpus: 1)));

        Assert.Equal((1, 1), QueueWorld.PlaceOf(await service.NowAsync(large)));
    }

    [Fact]
    public async Task One_that_others_wait_before_does_not_come_first_even_if_it_would_fit()
    {
        var large = await service.QueueAsync("large", vcpus: 4);
        var small = await service.QueueAsync("small", vcpus: 1);

        await service.DeleteVmAsync("first");

        QueueWorld.Ended("SUCCEEDED", await service.EndAsync(large));
        Assert.Equal("PENDING", (await service.NowAsync(small)).GetProperty("state").GetString());
        await service.DeleteVmAsync("large");
        QueueWorld.Ended("SUCCEEDED", await service.EndAsync(small));
    }

    [Fact]
    public async Task The_same_key_waits_once_and_a_rehearsal_waits_never()
    {
        var before = await Standing.ReadAsync(service);
        await service.PostedAsync(200, "/v1/vms?validateOnly=true", QueueWorld.Body("web-1"));
        Assert.Equal(before, await Standing.ReadAsync(service));

        var first = await service.PostedAsync(202, "/v1/vms", QueueWorld.Body("web-1"), ("Idempotency-Key", "k"));
        var again = await service.PostedAsync(202, "/v1/vms", QueueWorld.Body("web-1"), ("Idempotency-Key", "k"));

        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        await ServiceFixture.RefusedAsync(409, "already-exists", await service.PostAsync("/v1/vms", QueueWorld.Body("web-1")));
        await ServiceFixture.RefusedAsync(409, "operation-in-progress", await service.SendAsync(HttpMethod.Delete, "/v1/vms/web-1"));
    }

    [Theory]
    [InlineData("""{"onNoCapacity":"QUEUE","queueDeadlineSeconds":0}""", "spec.placement.queueDeadlineSeconds")]
    [InlineData("""{"onNoCapacity":"QUEUE","queueDeadlineSeconds":604801}""", "spec.placement.queueDeadlineSeconds")]
    [InlineData("""{"queueDeadlineSeconds":60}""", "spec.placement.queueDeadlineSeconds")]
    [InlineData("""{"onNoCapacity":"QUEUE","reservation":"launch"}""", "spec.placement.onNoCapacity")]
    public async Task What_makes_no_sense_is_refused_by_its_name(string placement, string field)
    {
        var body = """{"name":"a","spec":{"vcpus":1,"memoryMiB":64,"placement":""" + placement + "}}";

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/vms", body));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    private Task SpareAsync() => service.AddHostAsync("spare", vcpu: 4, memoryMiB: 1024, diskGiB: 10);
}
