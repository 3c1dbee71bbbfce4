using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Pools;

public abstract class PoolTests(ServiceFixture service)
{
    private readonly Conversation client = new(service.Client);

    [SkippableFact]
    public async Task The_default_pool_is_there_from_the_first_start_and_stays()
    {
        var pool = await client.GetAsync("/v1/pools/default");
        var gone = await client.DeleteAsync("/v1/pools/default");

        Assert.Equal((200, "default", "default"), (pool.Status, pool.Text("name"), pool.Text("project")));
        Assert.StartsWith("pool_", pool.Id, StringComparison.Ordinal);
        Assert.Equal((409, "invalid-state"), Said(gone));
    }

    [SkippableFact]
    public async Task A_pool_is_made_with_limits_as_numbers_or_in_full()
    {
        var name = Conversation.NewName("p");

        var reply = await client.PostAsync("/v1/pools", $$$"""
            {"name":"{{{name}}}","parent":"default","limits":{"vcpu":64,"memoryMiB":{"limit":1024,"overcommit":1.5},"gpu":{"limit":null}},
             "hostSelector":{"zone":"z1","labels":{"ssd":"yes"}},"policies":{"algorithm":"BEST_FIT"},"labels":{"team":"a"}}
            """);

        Assert.Equal(201, reply.Status);
        Assert.Equal($"/v1/pools/{reply.Id}", reply.Location);
        Assert.Equal((await client.GetAsync("/v1/pools/default")).Id, reply.Text("parent"));
        Assert.Equal("""{"limit":64,"overcommit":1,"used":0}""", reply["limits"]!["vcpu"]!.ToJsonString());
        Assert.Equal("""{"limit":1024,"overcommit":1.5,"used":0}""", reply["limits"]!["memoryMiB"]!.ToJsonString());
        Assert.Null(reply["limits"]!["gpu"]!["limit"]);
        Assert.Equal("""{"zone":"z1","labels":{"ssd":"yes"}}""", reply["hostSelector"]!.ToJsonString());
        Assert.Equal("BEST_FIT", reply["policies"]!["algorithm"]!.GetValue<string>());
        Assert.Equal(reply.Body!.ToJsonString(), (await client.GetAsync($"/v1/pools/{name}")).Body!.ToJsonString());
        Assert.Equal(reply.Text("etag"), reply.Etag);
    }

    [SkippableTheory]
    [InlineData("""{"name":"UP"}""", "name")]
    [InlineData("""{"name":"x","limits":{"vcpu":-1}}""", "limits.vcpu")]
    [InlineData("""{"name":"x","limits":{"vcpu":0}}""", "limits.vcpu")]
    [InlineData("""{"name":"x","limits":{"vcpu":2.5}}""", "limits.vcpu")]
    [InlineData("""{"name":"x","limits":{"vcpu":1099511627777}}""", "limits.vcpu")]
    [InlineData("""{"name":"x","limits":{"vcpu":{"limit":4,"overcommit":0.0001}}}""", "limits.vcpu.overcommit")]
    [InlineData("""{"name":"x","limits":{"vcpu":{"limit":4,"total":4}}}""", "limits.vcpu.total")]
    [InlineData("""{"name":"x","limits":{"v cpu":4}}""", "limits.v cpu")]
    [InlineData("""{"name":"x","hostSelector":{"zone":"\u0007"}}""", "hostSelector.zone")]
    [InlineData("""{"name":"x","policies":{"algorithm":"LUCKY"}}""", "policies.algorithm")]
    [InlineData("""{"name":"x","labels":{"":"v"}}""", "labels.")]
    [InlineData("""{"name":"x","colour":"red"}""", "colour")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        var reply = await client.PostAsync("/v1/pools", body);

        Assert.Equal((400, "validation-failed"), Said(reply));
        Assert.Contains(field, reply.Faults);
    }

    [SkippableFact]
    public async Task Names_are_taken_once_and_a_parent_must_be_there()
    {
        var name = Conversation.NewName("p");
        await client.PostAsync("/v1/pools", $$"""{"name":"{{name}}"}""");

        Assert.Equal((409, "already-exists"), Said(await client.PostAsync("/v1/pools", $$"""{"name":"{{name}}"}""")));
        Assert.Equal((404, "not-found"), Said(await client.PostAsync("/v1/pools", """{"name":"orphan","parent":"nobody"}""")));
        Assert.Equal((404, "not-found"), Said(await client.GetAsync("/v1/pools/nobody")));
        Assert.Equal((404, "not-found"), Said(await client.PatchAsync("/v1/pools/nobody", "{}")));
        Assert.Equal((404, "not-found"), Said(await client.DeleteAsync("/v1/pools/nobody")));
    }

    [SkippableFact]
    public async Task Pools_nest_eight_deep_and_no_deeper()
    {
        var parent = "null";
        for (var depth = 1; depth <= 8; depth++)
        {
            var made = await client.PostAsync("/v1/pools", $$"""{"name":"{{Conversation.NewName("deep")}}","parent":{{parent}}}""");
            Assert.Equal(201, made.Status);
            parent = $"\"{made.Id}\"";
        }

        var reply = await client.PostAsync("/v1/pools", $$"""{"name":"{{Conversation.NewName("deep")}}","parent":{{parent}}}""");

        Assert.Equal((400, "validation-failed"), Said(reply));
        Assert.Contains("parent", reply.Faults);
    }

    [SkippableFact]
    public async Task A_patch_merges_limits_by_class()
    {
        var name = Conversation.NewName("p");
        await client.PostAsync("/v1/pools", $$$"""
            {"name":"{{{name}}}","limits":{"vcpu":{"limit":8,"overcommit":2},"gpu":2},"labels":{"a":"b"}}
            """);

        var reply = await client.PatchAsync($"/v1/pools/{name}", """
            {"limits":{"gpu":null,"vcpu":{"limit":16},"memoryMiB":512},"policies":{"algorithm":"RANDOM"},"hostSelector":{"zone":"z3"}}
            """);

        Assert.Equal(200, reply.Status);
        Assert.Equal(["memoryMiB", "vcpu"], reply["limits"]!.AsObject().Select(limit => limit.Key));
        Assert.Equal("""{"limit":16,"overcommit":2,"used":0}""", reply["limits"]!["vcpu"]!.ToJsonString());
        Assert.Equal("RANDOM", reply["policies"]!["algorithm"]!.GetValue<string>());
        Assert.Equal("""{"a":"b"}""", reply["labels"]!.ToJsonString());
        Assert.Equal((400, "validation-failed"), Said(await client.PatchAsync($"/v1/pools/{name}", """{"parent":"default"}""")));
    }

    [SkippableFact]
    public async Task A_limit_below_what_is_promised_is_refused_with_the_numbers()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host, ",\"limits\":{\"vcpu\":8}");
        await client.PostAsync($"/v1/pools/{pool}/allocations", """{"owner":"me","resources":{"vcpu":6}}""");

        var reply = await client.PatchAsync($"/v1/pools/{pool}", """{"limits":{"vcpu":5}}""");

        Assert.Equal((409, "insufficient-resources"), Said(reply));
        Assert.Contains("Of vcpu 6 are promised", reply.Detail, StringComparison.Ordinal);
        Assert.Equal(8, (await client.GetAsync($"/v1/pools/{pool}"))["limits"]!["vcpu"]!["limit"]!.GetValue<int>());
        Assert.Equal(200, (await client.PatchAsync($"/v1/pools/{pool}", """{"limits":{"vcpu":null}}""")).Status);
        Assert.Equal(6, (await client.GetAsync($"/v1/pools/{pool}"))["limits"]!["vcpu"]!["used"]!.GetValue<int>());
    }

    [SkippableFact]
    public async Task A_pool_in_which_something_is_stays()
    {
        var (host, pool, child, vm) = ("stays-h", "stays-p", "stays-child", "stays-vm");
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        var within = await client.PoolAsync(child, host, $",\"parent\":\"{pool}\"");
        var spec = $$$"""{"name":"{{{vm}}}","pool":"{{{pool}}}","spec":{"vcpus":1,"memoryMiB":64}}""";
        await client.PostAsync("/v1/vms", spec, ("Prefer", "wait=30"));
        await client.PostAsync($"/v1/pools/{pool}/allocations", """{"owner":"me","resources":{"vcpu":1}}""");

        var reply = await client.DeleteAsync($"/v1/pools/{pool}");

        Assert.Equal((409, "invalid-state"), Said(reply));
        Assert.Contains("1 VMs, 2 allocations and 1 pools", reply.Detail, StringComparison.Ordinal);
        Assert.Equal(204, (await client.DeleteAsync($"/v1/pools/{within}")).Status);
        Assert.Equal(404, (await client.GetAsync($"/v1/pools/{child}")).Status);
    }

    [SkippableFact]
    public async Task Lists_are_filtered_by_parent_name_and_label()
    {
        var root = Conversation.NewName("root");
        var id = (await client.PostAsync("/v1/pools", $$$"""{"name":"{{{root}}}","labels":{"tier":"{{{root}}}"}}""")).Id;
        foreach (var child in new[] { "b", "a" })
        {
            await client.PostAsync("/v1/pools", $$"""{"name":"{{root}}-{{child}}","parent":"{{root}}"}""");
        }

        Assert.Equal([$"{root}-a", $"{root}-b"], await NamesAsync($"filter=parent={id}&orderBy=name"));
        Assert.Equal([root], await NamesAsync($"filter=labels.tier={root}"));
        Assert.Equal([$"{root}-b"], await NamesAsync($"filter=name={root}-b"));
    }

    [SkippableFact]
    public async Task Etag_rehearsal_and_key_are_honoured()
    {
        var name = Conversation.NewName("p");
        var body = $$"""{"name":"{{name}}"}""";

        Assert.Equal(200, (await client.PostAsync("/v1/pools?validateOnly=true", body)).Status);
        Assert.Equal(404, (await client.GetAsync($"/v1/pools/{name}")).Status);
        var first = await client.PostAsync("/v1/pools", body, ("Idempotency-Key", name));
        var again = await client.PostAsync("/v1/pools", body, ("Idempotency-Key", name));
        Assert.Equal((201, first.Id), (again.Status, again.Id));
        var stale = ("If-Match", "\"9\"");
        Assert.Equal((412, "etag-mismatch"), Said(await client.PatchAsync($"/v1/pools/{name}", """{"labels":{}}""", stale)));
        Assert.Equal((412, "etag-mismatch"), Said(await client.DeleteAsync($"/v1/pools/{name}", stale)));
        Assert.Equal(200, (await client.DeleteAsync($"/v1/pools/{name}?validateOnly=true")).Status);
        Assert.Equal(204, (await client.DeleteAsync($"/v1/pools/{name}", ("If-Match", first.Etag!))).Status);
    }

    private static (int Status, string? Code) Said(Reply reply) => (reply.Status, reply.Code);

    private async Task<IEnumerable<string>> NamesAsync(string query)
    {
        var reply = await client.GetAsync($"/v1/pools?{query}");
        Assert.Equal(200, reply.Status);
        return reply["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>());
    }
}
