using System.Text.Json;
using ControlPlane.Api.Tests.Operations;
using ControlPlane.Api.Tests.Vms;

namespace ControlPlane.Api.Tests.Reservations;

public sealed class ReservationTests : IAsyncLifetime
{
    private readonly ReservationWorld service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.AddHostAsync("h1", vcpu: 8, memoryMiB: 16_384, diskGiB: 100);
    }

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Held_room_is_charged_once_and_kept_from_others()
    {
        var made = await service.ReserveAsync("launch", 3);

        Assert.Equal(("ACTIVE", 3, 0), ReservationWorld.Counts(made));
        Assert.Equal((6, 6), (await service.UsedAsync("h1"), await service.ChargedAsync("default")));
        Assert.Equal(3, made.GetProperty("slots").GetArrayLength());
        var owners = (await service.GetAsync("/v1/pools/default/allocations")).GetProperty("items").EnumerateArray()
            .Select(held => held.GetProperty("owner").GetString());
        Assert.All(owners, owner => Assert.Equal($"reservations/{made.GetProperty("id").GetString()}", owner));
        await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.CreateAsync("other", null, vcpus: 3));
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task A_create_takes_a_slot_of_a_host_that_is_full_and_the_slots_allocation_becomes_its_claim()
    {
        var made = await service.ReserveAsync("launch", 4);

        var operation = await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));

        Assert.Equal("SUCCEEDED", operation.GetProperty("state").GetString());
        var vm = await service.GetAsync("/v1/vms/web-1");
        Assert.Equal(made.GetProperty("id").GetString(), vm.GetProperty("spec").GetProperty("placement").GetProperty("reservation").GetString());
        var slot = (await service.ReadAsync("launch")).GetProperty("slots")[0];
        Assert.Equal(("CONSUMED", vm.GetProperty("id").GetString()), (slot.GetProperty("state").GetString(), slot.GetProperty("vm").GetString()));
        var held = await service.GetAsync($"/v1/pools/default/allocations/{slot.GetProperty("allocation").GetString()}");
        Assert.Equal($"vms/{vm.GetProperty("id").GetString()}", held.GetProperty("owner").GetString());
        Assert.Equal((8, 8), (await service.UsedAsync("h1"), await service.ChargedAsync("default")));
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task The_record_of_the_placement_says_that_the_room_was_reserved()
    {
        var made = await service.ReserveAsync("launch");
        var operation = await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));

        var record = await service.GetAsync($"/v1/placements/{operation.GetProperty("placement").GetString()}");

        Assert.Equal(made.GetProperty("id").GetString(), record.GetProperty("reservation").GetString());
        Assert.Equal(2, record.GetProperty("demand").GetProperty("vcpu").GetInt64());
        Assert.Equal(made.GetProperty("slots")[0].GetProperty("host").GetString(), record.GetProperty("chosen").GetString());
        var explained = await service.PostedAsync(200, "/v1/placements/explain", new
        {
            spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1 },
        });
        Assert.Equal(JsonValueKind.Null, explained.GetProperty("reservation").ValueKind);
    }

    [Fact]
    public async Task A_smaller_VM_gives_the_rest_back_and_the_slot_that_leaves_least_over_is_taken()
    {
        await service.PostedAsync(201, "/v1/reservations", new
        {
            name = "mixed", expireTime = service.In(5), items = new object[]
            {
                new { count = 1, spec = new { vcpus = 4, memoryMiB = 64, diskGiB = 1 } },
                new { count = 1, spec = new { vcpus = 3, memoryMiB = 64, diskGiB = 1 } },
            },
        });

        await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "mixed", vcpus: 1));

        Assert.Equal(5, await service.UsedAsync("h1"));
        var states = (await service.ReadAsync("mixed")).GetProperty("slots").EnumerateArray()
            .Select(slot => slot.GetProperty("state").GetString());
        Assert.Equal(["HELD", "CONSUMED"], states);
        await Ledgers.AgreeAsync(service);
    }

    [Theory]
    [InlineData("none", 2, "default", 404, "not-found")]
    [InlineData("rsv_00000000000000000000000000", 2, "default", 404, "not-found")]
    [InlineData("launch", 3, "default", 409, "insufficient-resources")]
    [InlineData("launch", 2, "team", 400, "validation-failed")]
    public async Task A_create_that_no_slot_covers_is_refused_and_nothing_changes(
        string reservation, int vcpus, string pool, int status, string code)
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "team" });
        await service.ReserveAsync("launch");
        var before = await Standing.ReadAsync(service);

        var problem = await ServiceFixture.RefusedAsync(status, code, await service.CreateAsync("web-1", reservation, vcpus, pool));

        Assert.Equal(before, await Standing.ReadAsync(service));
        if (code == "insufficient-resources") { Assert.Equal(1, problem.GetProperty("slots").GetArrayLength()); }
    }

    [Fact]
    public async Task A_slot_on_a_cordoned_host_is_not_taken_and_its_room_stays_held()
    {
        await service.ReserveAsync("launch");
        await service.PostedAsync(200, "/v1/hosts/h1/cordon");

        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.CreateAsync("web-1", "launch"));

        Assert.Contains("CORDONED", problem.GetProperty("placement").ToString(), StringComparison.Ordinal);
        Assert.Equal(("ACTIVE", 1, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));
        await service.PostedAsync(200, "/v1/hosts/h1/uncordon");
        await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));
    }

    [Fact]
    public async Task All_slots_are_held_or_none()
    {
        var before = await Standing.ReadAsync(service);
        var wanted = new { name = "large", count = 5, spec = ReservationWorld.Small, expireTime = service.In(5) };

        var problem = await ServiceFixture.RefusedAsync(409, "insufficient-capacity", await service.PostAsync("/v1/reservations", wanted));

        Assert.Contains("room for 4 of the 5", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await Standing.ReadAsync(service));
        Assert.Empty((await service.GetAsync("/v1/reservations")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_pools_limit_counts_the_slots_and_the_VMs_that_took_them_once()
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "team", limits = new { vcpu = 4 } });
        await service.ReserveAsync("launch", 2, pool: "team");

        await ServiceFixture.RefusedAsync(409, "insufficient-resources", await service.CreateAsync("other", null, pool: "team"));
        foreach (var name in new[] { "web-1", "web-2" })
        {
            await ServiceFixture.ReadAsync(200, await service.CreateAsync(name, "launch", pool: "team"));
        }

        Assert.Equal(("CONSUMED", 0, 2), ReservationWorld.Counts(await service.ReadAsync("launch")));
        Assert.Equal(4, await service.ChargedAsync("team"));
        await ServiceFixture.RefusedAsync(409, "insufficient-resources", await service.CreateAsync("web-3", "launch", pool: "team"));
    }

    [Fact]
    public async Task Of_many_that_want_the_last_slot_at_once_exactly_one_gets_it()
    {
        await service.ReserveAsync("launch");

        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => service.CreateAsync($"web-{i}", "launch")));

        Assert.Equal(1, replies.Count(reply => reply.IsSuccessStatusCode));
        Assert.Equal(11, replies.Count(reply => (int)reply.StatusCode == 409));
        Assert.Equal(2, await service.UsedAsync("h1"));
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task A_slot_goes_only_with_its_reservation_and_keeps_its_host_and_pool()
    {
        await service.PostedAsync(201, "/v1/pools", new { name = "team" });
        var slot = (await service.ReserveAsync("launch", pool: "team")).GetProperty("slots")[0].GetProperty("allocation").GetString();
        var path = $"/v1/pools/team/allocations/{slot}";

        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.SendAsync(HttpMethod.Delete, path));
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync($"{path}/release", new { resources = new { vcpu = 1 } }));
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.SendAsync(HttpMethod.Delete, "/v1/hosts/h1"));
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.SendAsync(HttpMethod.Delete, "/v1/pools/team"));
        var disguised = new { owner = "reservations/mine", resources = new { vcpu = 1 } };
        await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/pools/team/allocations", disguised));

        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/reservations/launch"));
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/pools/team"));
        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/hosts/h1"));
    }

    [Fact]
    public async Task A_reservation_that_is_deleted_gives_back_what_no_VM_took()
    {
        await service.ReserveAsync("launch", 3);
        await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));
        var stale = await service.SendAsync(HttpMethod.Delete, "/v1/reservations/launch", null, ("If-Match", "\"1\""));
        await ServiceFixture.RefusedAsync(412, "etag-mismatch", stale);

        await ServiceFixture.ReadAsync(204, await service.SendAsync(HttpMethod.Delete, "/v1/reservations/launch"));

        Assert.Equal(2, await service.UsedAsync("h1"));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync("/v1/reservations/launch"));
        using var gone = await service.SendAsync(HttpMethod.Delete, "/v1/vms/web-1", null, ("Prefer", "wait=60"));
        await Ledgers.AreEmptyAsync(service);
    }

    [Fact]
    public async Task A_VM_that_is_deleted_does_not_give_its_slot_back()
    {
        await service.ReserveAsync("launch");
        await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch"));

        using var gone = await service.SendAsync(HttpMethod.Delete, "/v1/vms/web-1", null, ("Prefer", "wait=60"));

        Assert.Equal(("CONSUMED", 0, 1), ReservationWorld.Counts(await service.ReadAsync("launch")));
        await Ledgers.AreEmptyAsync(service);
    }

    [Fact]
    public async Task A_VM_that_could_not_be_made_gives_its_slot_back()
    {
        var broken = new { simulation = new { prepareFaultRate = 1.0 } };
        await service.ReserveAsync("launch", spec: new { vcpus = 4, memoryMiB = 64, diskGiB = 1 });
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, "/v1/hosts/h1", broken));

        var operation = await ServiceFixture.ReadAsync(200, await service.CreateAsync("web-1", "launch", vcpus: 1));

        Assert.Equal("FAILED", operation.GetProperty("state").GetString());
        Assert.Equal(("ACTIVE", 1, 0), ReservationWorld.Counts(await service.ReadAsync("launch")));
        Assert.Equal(4, await service.UsedAsync("h1"));
        await Ledgers.AgreeAsync(service);
    }

    [Fact]
    public async Task The_same_key_holds_room_once_and_a_rehearsal_holds_none()
    {
        var wanted = new { name = "launch", spec = ReservationWorld.Small, expireTime = service.In(5) };
        await service.PostedAsync(200, "/v1/reservations?validateOnly=true", wanted);
        Assert.Equal(0, await service.UsedAsync("h1"));

        var first = await service.PostedAsync(201, "/v1/reservations", wanted, ("Idempotency-Key", "k"));
        var again = await service.PostedAsync(201, "/v1/reservations", wanted, ("Idempotency-Key", "k"));

        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(2, await service.UsedAsync("h1"));
        await ServiceFixture.RefusedAsync(409, "already-exists", await service.PostAsync("/v1/reservations", wanted));
    }

    [Theory]
    [InlineData("""{"name":"a","expireTime":"2020-01-01T00:00:00Z","spec":{"vcpus":1,"memoryMiB":64}}""", "expireTime")]
    [InlineData("""{"name":"a","expireTime":"2199-01-01T00:00:00Z","spec":{"vcpus":1,"memoryMiB":64}}""", "expireTime")]
    [InlineData("""{"name":"a","expireTime":"soon","spec":{"vcpus":1,"memoryMiB":64}}""", "expireTime")]
    [InlineData("""{"name":"a","spec":{"vcpus":1,"memoryMiB":64}}""", "expireTime")]
    [InlineData("""{"name":"a","expireTime":"$","holdSeconds":60,"spec":{"vcpus":1,"memoryMiB":64}}""", "expireTime")]
    [InlineData("""{"name":"a","holdSeconds":0,"spec":{"vcpus":1,"memoryMiB":64}}""", "holdSeconds")]
    [InlineData("""{"name":"A","expireTime":"$","spec":{"vcpus":1,"memoryMiB":64}}""", "name")]
    [InlineData("""{"name":"a","expireTime":"$"}""", "spec")]
    [InlineData("""{"name":"a","expireTime":"$","spec":{"vcpus":1,"memoryMiB":64},"items":[{"spec":{"vcpus":1,"memoryMiB":64}}]}""", "spec")]
    [InlineData("""{"name":"a","expireTime":"$","count":0,"spec":{"vcpus":1,"memoryMiB":64}}""", "count")]
    [InlineData("""{"name":"a","expireTime":"$","count":1001,"spec":{"vcpus":1,"memoryMiB":64}}""", "count")]
    [InlineData("""{"name":"a","expireTime":"$","spec":{"vcpus":0,"memoryMiB":64}}""", "spec.vcpus")]
    [InlineData("""{"name":"a","expireTime":"$","spec":{"vcpus":1,"memoryMiB":64,"cloudInit":{"userData":"x"}}}""", "spec.cloudInit")]
    [InlineData("""{"name":"a","expireTime":"$","spec":{"vcpus":1,"memoryMiB":64,"placement":{"reservation":"b"}}}""", "spec.placement.reservation")]
    [InlineData("""{"name":"a","expireTime":"$","items":[{"count":600,"spec":{"vcpus":1,"memoryMiB":64}},{"count":401,"spec":{"vcpus":1,"memoryMiB":64}}]}""", "items")]
    [InlineData("""{"name":"a","expireTime":"$","items":[{"count":1,"spec":{"vcpus":1,"memoryMiB":1}}]}""", "items[0].spec.memoryMiB")]
    public async Task A_body_that_makes_no_sense_is_refused_by_the_name_of_what_is_wrong(string body, string field)
    {
        var text = body.Replace("\"$\"", $"\"{service.In(5)}\"", StringComparison.Ordinal);

        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await service.PostAsync("/v1/reservations", text));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        Assert.Equal(0, await service.UsedAsync("h1"));
    }

    [Theory]
    [InlineData("""{"vcpus":9,"memoryMiB":64}""", 422, "exceeds-every-host")]
    [InlineData("""{"vcpus":1,"memoryMiB":64,"image":"none"}""", 404, "not-found")]
    [InlineData("""{"vcpus":1,"memoryMiB":64,"extraResources":{"gpu":1}}""", 404, "unknown-resource-class")]
    public async Task Room_that_cannot_be_held_is_refused_as_for_a_VM(string spec, int status, string code)
    {
        var body = $$"""{"name":"a","expireTime":"{{service.In(5)}}","spec":{{spec}}}""";

        await ServiceFixture.RefusedAsync(status, code, await service.PostAsync("/v1/reservations", body));
    }
}
