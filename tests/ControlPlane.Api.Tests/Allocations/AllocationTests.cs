using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Allocations;

public abstract class AllocationTests(ServiceFixture service)
{
    private readonly Conversation client = new(service.Client);

    [SkippableFact]
    public async Task Room_is_taken_on_the_host_that_is_named()
    {
        var (host, pool) = await WorldAsync();

        var reply = await TakeAsync(pool, $$$"""
            {"owner":"ci","resources":{"vcpu":2,"memoryMiB":4096},"host":"{{{host}}}","placement":null}
            """);

        var (hostId, poolId) = ((await client.GetAsync($"/v1/hosts/{host}")).Id, (await client.GetAsync($"/v1/pools/{pool}")).Id);
        Assert.Equal(201, reply.Status);
        Assert.Equal((hostId, poolId), (reply.Text("host"), reply.Text("pool")));
        Assert.Equal(("ci", "default"), (reply.Text("owner"), reply.Text("project")));
        Assert.Equal("""{"memoryMiB":4096,"vcpu":2}""", reply["resources"]!.ToJsonString());
        Assert.Null(reply["placement"]);
        Assert.Null(reply["engine"]);
        Assert.Equal($"/v1/pools/{poolId}/allocations/{reply.Id}", reply.Location);
        Assert.Equal(reply.Body!.ToJsonString(), (await client.GetAsync(reply.Location!)).Body!.ToJsonString());
        Assert.Equal((2, 4096), (await client.UsedAsync(host, "vcpu"), await client.UsedAsync(host, "memoryMiB")));
    }

    [SkippableFact]
    public async Task Without_a_host_the_scheduler_chooses_and_its_decision_is_kept()
    {
        var (host, pool) = await WorldAsync();

        var reply = await TakeAsync(pool, """{"owner":"ci","resources":{"vcpu":2},"host":null,"placement":{"algorithm":"BEST_FIT"}}""");

        Assert.Equal(201, reply.Status);
        Assert.Equal((await client.GetAsync($"/v1/hosts/{host}")).Id, reply.Text("host"));
        var placement = await client.GetAsync($"/v1/placements/{reply.Text("placement")}");
        Assert.Equal((200, reply.Text("host"), "BEST_FIT"), (placement.Status, placement.Text("chosen"), placement.Text("algorithm")));
        Assert.Equal($"allocations/{reply.Id}", placement.Text("target"));
        Assert.Equal(reply.Text("placement"), (await client.GetAsync(reply.Location!)).Text("placement"));
        var list = await client.GetAsync($"/v1/pools/{pool}/allocations");
        Assert.Equal(reply.Text("placement"), list["items"]![0]!["placement"]!.GetValue<string>());
    }

    [SkippableFact]
    public async Task Every_pool_of_the_chain_is_charged_and_its_limit_counts()
    {
        var (host, outer, inner) = (Conversation.NewName("h"), Conversation.NewName("p"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(outer, host, ",\"limits\":{\"vcpu\":4}");
        await client.PoolAsync(inner, host, $",\"parent\":\"{outer}\",\"limits\":{{\"vcpu\":{{\"limit\":2,\"overcommit\":4}}}}");

        Assert.Equal(201, (await TakeAsync(inner, """{"owner":"a","resources":{"vcpu":3}}""")).Status);
        var refused = await TakeAsync(inner, """{"owner":"a","resources":{"vcpu":2}}""");

        Assert.Equal((409, "insufficient-resources"), Said(refused));
        Assert.Contains($"Pool {outer} may promise 4 vcpu, of which 3 are promised; 2 were", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(3, await PromisedAsync(inner));
        Assert.Equal(3, await PromisedAsync(outer));
        Assert.Equal(3, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableTheory]
    [InlineData("""{"owner":"","resources":{"vcpu":1}}""", "owner")]
    [InlineData("""{"owner":"a\u0000b","resources":{"vcpu":1}}""", "owner")]
    [InlineData("""{"owner":"vms/vm_x","resources":{"vcpu":1}}""", "owner")]
    [InlineData("""{"resources":{"vcpu":1}}""", "owner")]
    [InlineData("""{"owner":"a","resources":{}}""", "resources")]
    [InlineData("""{"owner":"a","resources":{"vcpu":0}}""", "resources.vcpu")]
    [InlineData("""{"owner":"a","resources":{"vcpu":-1}}""", "resources.vcpu")]
    [InlineData("""{"owner":"a","resources":{"vcpu":0.5}}""", "resources.vcpu")]
    [InlineData("""{"owner":"a","resources":{"vcpu":1099511627777}}""", "resources.vcpu")]
    [InlineData("""{"owner":"a","resources":{"vcpu":123456789012345678901234567890}}""", "resources.vcpu")]
    [InlineData("""{"owner":"a","resources":{"../vcpu":1}}""", "resources.../vcpu")]
    [InlineData("""{"owner":"a","resources":{"vcpu":1},"engine":"hardware"}""", "engine")]
    [InlineData("""{"owner":"a","resources":{"vcpu":1},"placement":{"algorithm":"LUCKY"}}""", "placement.algorithm")]
    [InlineData("""{"owner":"a","resources":{"vcpu":1},"placement":{"affinityGroup":"g"}}""", "placement.affinityGroup")]
    [InlineData("""{"owner":"a","resources":{"vcpu":1},"placement":{"zone":""}}""", "placement.zone")]
    [InlineData("""{"owner":"a","resource":{"vcpu":1}}""", "resource")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        var reply = await TakeAsync("default", body);

        Assert.Equal((400, "validation-failed"), Said(reply));
        Assert.Contains(field, reply.Faults);
    }

    [SkippableFact]
    public async Task An_owner_too_long_is_refused_and_the_longest_is_taken()
    {
        var (_, pool) = await WorldAsync();

        Assert.Equal(400, (await TakeAsync(pool, $$$"""{"owner":"{{{new string('o', 129)}}}","resources":{"vcpu":1}}""")).Status);
        Assert.Equal(201, (await TakeAsync(pool, $$$"""{"owner":"{{{new string('o', 128)}}}","resources":{"vcpu":1}}""")).Status);
    }

    [SkippableFact]
    public async Task What_is_not_there_is_not_found()
    {
        var (_, pool) = await WorldAsync();
        var (_, other) = await WorldAsync();
        var held = await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":1}}""");

        Assert.Equal((404, "not-found"), Said(await TakeAsync("nobody", """{"owner":"a","resources":{"vcpu":1}}""")));
        Assert.Equal((404, "not-found"), Said(await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":1},"host":"nobody"}""")));
        Assert.Equal((404, "not-found"), Said(await client.GetAsync("/v1/pools/nobody/allocations")));
        foreach (var path in new[] { $"/v1/pools/{pool}/allocations/alloc_x", $"/v1/pools/{other}/allocations/{held.Id}" })
        {
            Assert.Equal((404, "not-found"), Said(await client.GetAsync(path)));
            Assert.Equal((404, "not-found"), Said(await client.DeleteAsync(path)));
            Assert.Equal((404, "not-found"), Said(await client.PostAsync($"{path}/release", """{"resources":{"vcpu":1}}""")));
        }
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData(",\"engine\":\"HARDWARE\"")]
    public async Task A_class_that_no_host_has_is_unknown_and_named(string engine)
    {
        var (host, pool) = await WorldAsync();

        foreach (var where in new[] { "", $",\"host\":\"{host}\"" })
        {
            var reply = await TakeAsync(pool, $$$"""{"owner":"a","resources":{"vcpu":1,"flux-capacitor":1}{{{where}}}{{{engine}}}}""");

            Assert.Equal((404, "unknown-resource-class"), Said(reply));
            Assert.Contains("flux-capacitor", reply.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(0, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableFact]
    public async Task No_room_now_and_never_any_room_are_told_apart_and_carry_the_record()
    {
        var (host, pool) = await WorldAsync();
        await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":6}}""");

        foreach (var where in new[] { "", $",\"host\":\"{host}\"" })
        {
            var now = await TakeAsync(pool, $$$"""{"owner":"a","resources":{"vcpu":3}{{{where}}}}""");
            var never = await TakeAsync(pool, $$$"""{"owner":"a","resources":{"vcpu":9}{{{where}}}}""");

            Assert.Equal((409, "insufficient-capacity"), Said(now));
            Assert.NotNull(now.RetryAfter);
            Assert.Equal((422, "exceeds-every-host"), Said(never));
            foreach (var refused in new[] { now, never })
            {
                Assert.Null(refused["placement"]!["chosen"]);
                Assert.NotEmpty(refused["placement"]!["hosts"]!.AsArray());
            }
        }
        Assert.Equal(6, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableFact]
    public async Task A_refusal_of_a_named_host_speaks_of_that_host()
    {
        var (host, pool) = await WorldAsync();

        var never = await TakeAsync(pool, $$$"""{"owner":"a","resources":{"vcpu":9},"host":"{{{host}}}"}""");

        Assert.Contains($"Host {host} could never hold 9 vcpu", never.Detail, StringComparison.Ordinal);
        Assert.Single(never["placement"]!["hosts"]!.AsArray());
    }

    [SkippableFact]
    public async Task A_named_host_must_be_ready_and_one_that_the_pool_selects()
    {
        var (host, pool) = await WorldAsync();
        var (other, _) = await WorldAsync();
        var body = $$$"""{"owner":"a","resources":{"vcpu":1},"host":"{{{host}}}"}""";

        await client.PostAsync($"/v1/hosts/{host}/cordon");
        Assert.Equal((409, "invalid-state"), Said(await TakeAsync(pool, body)));
        await client.PostAsync($"/v1/hosts/{host}/uncordon");
        Assert.Equal(201, (await TakeAsync(pool, body)).Status);

        Assert.Equal((409, "invalid-state"), Said(await TakeAsync(pool, body.Replace(host, other, StringComparison.Ordinal))));
        Assert.Equal(0, await client.UsedAsync(other, "vcpu"));
    }

    [SkippableFact]
    public async Task Part_is_given_back_and_then_the_rest_which_ends_it()
    {
        var (host, pool) = await WorldAsync();
        var held = await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":3,"memoryMiB":512}}""");

        var part = await client.PostAsync($"{held.Location}/release", """{"resources":{"vcpu":1}}""");
        Assert.Equal(200, part.Status);
        Assert.Equal("""{"memoryMiB":512,"vcpu":2}""", part["resources"]!.ToJsonString());
        Assert.NotEqual(held.Etag, part.Etag);
        Assert.Equal((2, 2), (await client.UsedAsync(host, "vcpu"), await PromisedAsync(pool)));

        var rest = await client.PostAsync($"{held.Location}/release", """{"resources":{"vcpu":2,"memoryMiB":512}}""");
        Assert.Equal((200, "{}"), (rest.Status, rest["resources"]!.ToJsonString()));
        Assert.Equal((404, "not-found"), Said(await client.GetAsync(held.Location!)));
        Assert.Equal((404, "not-found"), Said(await client.PostAsync($"{held.Location}/release", """{"resources":{"vcpu":1}}""")));
        Assert.Equal((0, 0), (await client.UsedAsync(host, "vcpu"), await client.UsedAsync(host, "memoryMiB")));
    }

    [SkippableTheory]
    [InlineData("""{"resources":{"vcpu":4}}""", 409, "insufficient-resources")]
    [InlineData("""{"resources":{"vcpu":1,"memoryMiB":513}}""", 409, "insufficient-resources")]
    [InlineData("""{"resources":{"diskGiB":1}}""", 409, "insufficient-resources")]
    [InlineData("""{"resources":{"vcpu":1,"flux-capacitor":1}}""", 404, "unknown-resource-class")]
    [InlineData("""{"resources":{"vcpu":0}}""", 400, "validation-failed")]
    [InlineData("""{"resources":{"vcpu":-1}}""", 400, "validation-failed")]
    [InlineData("""{"resources":{"vcpu":1.5}}""", 400, "validation-failed")]
    [InlineData("""{"resources":{}}""", 400, "validation-failed")]
    [InlineData("{}", 400, "validation-failed")]
    public async Task What_cannot_be_given_back_changes_nothing(string body, int status, string code)
    {
        var (host, pool) = await WorldAsync();
        var held = await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":3,"memoryMiB":512}}""");

        var reply = await client.PostAsync($"{held.Location}/release", body);

        Assert.Equal((status, code), Said(reply));
        Assert.Equal(held.Etag, (await client.GetAsync(held.Location!)).Etag);
        Assert.Equal((3, 512), (await client.UsedAsync(host, "vcpu"), await client.UsedAsync(host, "memoryMiB")));
    }

    [SkippableFact]
    public async Task Deleting_gives_all_back_under_a_fresh_etag_alone()
    {
        var (host, pool) = await WorldAsync();
        var held = await TakeAsync(pool, """{"owner":"a","resources":{"vcpu":3}}""");

        Assert.Equal((412, "etag-mismatch"), Said(await client.DeleteAsync(held.Location!, ("If-Match", "\"7\""))));
        Assert.Equal(200, (await client.DeleteAsync($"{held.Location}?validateOnly=true")).Status);
        Assert.Equal(3, await client.UsedAsync(host, "vcpu"));
        Assert.Equal(204, (await client.DeleteAsync(held.Location!, ("If-Match", held.Etag!))).Status);
        Assert.Equal((404, "not-found"), Said(await client.DeleteAsync(held.Location!)));
        Assert.Equal(0, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableFact]
    public async Task One_key_takes_once_whatever_comes_of_the_line()
    {
        var (host, pool) = await WorldAsync();
        const string body = """{"owner":"a","resources":{"vcpu":2}}""";
        var (path, key) = ($"/v1/pools/{pool}/allocations", ("Idempotency-Key", pool));

        var first = await client.PostAsync(path, body, key);
        var again = await client.PostAsync(path, body, key);
        var other = await client.PostAsync(path, """{"owner":"a","resources":{"vcpu":1}}""", key);

        Assert.Equal((201, first.Id, first.Location), (again.Status, again.Id, again.Location));
        Assert.Equal((422, "idempotency-mismatch"), Said(other));
        Assert.Equal(2, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableFact]
    public async Task A_rehearsal_takes_nothing()
    {
        var (host, pool) = await WorldAsync();

        var reply = await client.PostAsync($"/v1/pools/{pool}/allocations?validateOnly=true", """{"owner":"a","resources":{"vcpu":2}}""");
        var never = await client.PostAsync($"/v1/pools/{pool}/allocations?validateOnly=true", """{"owner":"a","resources":{"vcpu":9}}""");

        Assert.Equal((200, 422), (reply.Status, never.Status));
        Assert.Equal(0, await client.UsedAsync(host, "vcpu"));
        Assert.Empty((await client.GetAsync($"/v1/pools/{pool}/allocations"))["items"]!.AsArray());
    }

    [SkippableFact]
    public async Task Lists_are_filtered_by_owner_host_and_engine()
    {
        var (host, pool) = await WorldAsync();
        await TakeAsync(pool, """{"owner":"ann","resources":{"vcpu":1},"engine":"HARDWARE"}""");
        await TakeAsync(pool, """{"owner":"bob","resources":{"vcpu":1}}""");
        var id = (await client.GetAsync($"/v1/hosts/{host}")).Id;

        Assert.Equal(["ann", "bob"], await OwnersAsync(pool, $"filter=host={id}"));
        Assert.Equal(["bob"], await OwnersAsync(pool, "filter=owner=bob"));
        Assert.Equal(["ann"], await OwnersAsync(pool, "filter=engine=HARDWARE"));
        Assert.Equal(["bob", "ann"], await OwnersAsync(pool, "orderBy=owner desc"));
    }

    [SkippableFact]
    public async Task The_claim_of_a_vm_is_listed_and_goes_only_with_the_vm()
    {
        var (host, pool) = await WorldAsync();
        var made = await client.PostAsync("/v1/vms", $$$"""
            {"name":"{{{Conversation.NewName("vm")}}}","pool":"{{{pool}}}","spec":{"vcpus":2,"memoryMiB":64}}
            """, ("Prefer", "wait=30"));
        Assert.Equal((200, "SUCCEEDED"), (made.Status, made.Text("state")));
        var claim = (await client.GetAsync($"/v1/pools/{pool}/allocations"))["items"]![0]!;
        var path = $"/v1/pools/{pool}/allocations/{claim["id"]!.GetValue<string>()}";

        Assert.Equal(made.Text("target"), claim["owner"]!.GetValue<string>());
        Assert.StartsWith("plc_", claim["placement"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal((409, "invalid-state"), Said(await client.PostAsync($"{path}/release", """{"resources":{"vcpu":1}}""")));
        Assert.Equal((409, "invalid-state"), Said(await client.DeleteAsync(path)));
        Assert.Equal(2, await client.UsedAsync(host, "vcpu"));
    }

    [SkippableFact]
    public async Task Sixteen_at_once_take_exactly_what_there_is()
    {
        var (host, pool) = await WorldAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(() => TakeAsync(pool, $$$"""{"owner":"client-{{{i}}}","resources":{"vcpu":1,"memoryMiB":1}}"""))));

        Assert.Equal(8, replies.Count(reply => reply.Status == 201));
        Assert.All(replies.Where(reply => reply.Status != 201), reply => Assert.Equal((409, "insufficient-capacity"), Said(reply)));
        Assert.Equal((8, 8), (await client.UsedAsync(host, "vcpu"), await client.UsedAsync(host, "memoryMiB")));
        Assert.Equal(8, await PromisedAsync(pool));

        var held = replies.Where(reply => reply.Status == 201);
        await Task.WhenAll(held.Select(reply => Task.Run(() => client.DeleteAsync(reply.Location!))));
        Assert.Equal((0, 0), (await client.UsedAsync(host, "vcpu"), await PromisedAsync(pool)));
    }

    private static (int Status, string? Code) Said(Reply reply) => (reply.Status, reply.Code);

    private Task<Reply> TakeAsync(string pool, string body) => client.PostAsync($"/v1/pools/{pool}/allocations", body);

    private async Task<long> PromisedAsync(string pool) =>
        (await client.GetAsync($"/v1/pools/{pool}"))["limits"]?["vcpu"]?["used"]?.GetValue<long>() ?? 0;

    private async Task<IEnumerable<string>> OwnersAsync(string pool, string query)
    {
        var reply = await client.GetAsync($"/v1/pools/{pool}/allocations?{query}");
        Assert.Equal(200, reply.Status);
        return reply["items"]!.AsArray().Select(item => item!["owner"]!.GetValue<string>());
    }

    private async Task<(string Host, string Pool)> WorldAsync()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        return (host, pool);
    }
}
