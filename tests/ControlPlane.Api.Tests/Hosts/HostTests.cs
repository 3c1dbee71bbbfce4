using System.Text.Json.Nodes;

namespace ControlPlane.Api.Tests.Hosts;

public abstract class HostTests(ServiceFixture service)
{
    private readonly Conversation client = new(service.Client);

    [SkippableFact]
    public async Task A_simulated_host_is_registered_with_numbers_alone_and_both_engines_run()
    {
        var name = Conversation.NewName("h");

        var reply = await client.PostAsync("/v1/hosts", $$$"""
            {"name":"{{{name}}}","driver":"SIMULATED","zone":"z1","labels":{},"traits":[],
             "capacity":{"vcpu":64,"memoryMiB":262144,"diskGiB":4000}}
            """);

        Assert.Equal(201, reply.Status);
        Assert.StartsWith("host_", reply.Id, StringComparison.Ordinal);
        Assert.Equal($"/v1/hosts/{reply.Id}", reply.Location);
        Assert.Equal("\"1\"", reply.Etag);
        Assert.Equal(("ACTIVE", "SIMULATED", "z1"), (reply.Text("state"), reply.Text("driver"), reply.Text("zone")));
        Assert.Equal("""{"total":64,"reserved":0,"overcommit":1,"used":0}""", reply["capacity"]!["vcpu"]!.ToJsonString());
        Assert.Equal(["diskGiB", "memoryMiB", "vcpu"], reply["capacity"]!.AsObject().Select(pair => pair.Key));
        var engines = reply["engines"]!.AsArray();
        Assert.Equal(["HARDWARE", "SOFTWARE"], engines.Select(engine => engine!["kind"]!.GetValue<string>()));
        Assert.All(engines, engine => Assert.Equal("RUNNING", engine!["state"]!.GetValue<string>()));
        Assert.All(engines, engine => Assert.True(engine!["proved"]!.GetValue<bool>()));
        Assert.All(engines, engine => Assert.Equal("Simulated", engine!["conditions"]![0]!["reason"]!.GetValue<string>()));
        Assert.Null(reply["discovered"]);
        Assert.Equal(0, reply["simulation"]!["startLatencyMs"]!.GetValue<int>());
    }

    [SkippableFact]
    public async Task Capacity_may_be_said_in_full_with_reserved_and_overcommit()
    {
        var reply = await client.PostAsync("/v1/hosts", $$$"""
            {"name":"{{{Conversation.NewName("h")}}}","driver":"SIMULATED","simulation":{"startLatencyMs":20,"startFaultRate":0.5},
             "capacity":{"vcpu":{"total":10,"reserved":2,"overcommit":1.5},"memoryMiB":1024,"diskGiB":{"total":5},"gpu":3}}
            """);

        Assert.Equal("""{"total":10,"reserved":2,"overcommit":1.5,"used":0}""", reply["capacity"]!["vcpu"]!.ToJsonString());
        Assert.Equal(3, reply["capacity"]!["gpu"]!["total"]!.GetValue<long>());
        Assert.Equal(0.5, reply["simulation"]!["startFaultRate"]!.GetValue<double>());
    }

    [SkippableFact]
    public async Task A_host_is_read_by_its_id_and_by_its_name()
    {
        var name = Conversation.NewName("h");
        var id = await client.HostAsync(name);

        var (byId, byName) = (await client.GetAsync($"/v1/hosts/{id}"), await client.GetAsync($"/v1/hosts/{name}"));

        Assert.Equal(200, byId.Status);
        Assert.Equal(byId.Body!.ToJsonString(), byName.Body!.ToJsonString());
        Assert.Equal(byId.Text("etag"), byId.Etag);
    }

    [SkippableFact]
    public async Task An_unknown_host_is_not_found_on_every_path()
    {
        foreach (var text in new[] { "nobody", "host_00000000000000000000000000", "..%2f..%2fetc" })
        {
            Assert.Equal("not-found", (await client.GetAsync($"/v1/hosts/{text}")).Code);
            Assert.Equal("not-found", (await client.PatchAsync($"/v1/hosts/{text}", "{}")).Code);
            Assert.Equal("not-found", (await client.DeleteAsync($"/v1/hosts/{text}")).Code);
            Assert.Equal("not-found", (await client.PostAsync($"/v1/hosts/{text}/cordon")).Code);
            Assert.Equal("not-found", (await client.GetAsync($"/v1/hosts/{text}/vms")).Code);
            Assert.Equal("not-found", (await client.GetAsync($"/v1/hosts/{text}/engines")).Code);
        }
    }

    [SkippableFact]
    public async Task A_taken_name_is_refused()
    {
        var name = Conversation.NewName("h");
        await client.HostAsync(name);

        var reply = await client.PostAsync("/v1/hosts", Body(name));

        Assert.Equal((409, "already-exists"), (reply.Status, reply.Code));
    }

    [SkippableTheory]
    [InlineData("0", "capacity.vcpu")]
    [InlineData("-4", "capacity.vcpu")]
    [InlineData("1.5", "capacity.vcpu")]
    [InlineData("1e3", "capacity.vcpu")]
    [InlineData("1099511627777", "capacity.vcpu")]
    [InlineData("99999999999999999999", "capacity.vcpu")]
    [InlineData("\"64\"", "capacity.vcpu")]
    [InlineData("null", "capacity.vcpu")]
    [InlineData("""{"total":0}""", "capacity.vcpu")]
    [InlineData("""{}""", "capacity.vcpu.total")]
    [InlineData("""{"total":1.5}""", "capacity.vcpu.total")]
    [InlineData("""{"total":4,"reserved":5}""", "capacity.vcpu.reserved")]
    [InlineData("""{"total":4,"reserved":-1}""", "capacity.vcpu.reserved")]
    [InlineData("""{"total":4,"overcommit":0}""", "capacity.vcpu.overcommit")]
    [InlineData("""{"total":4,"overcommit":1.00005}""", "capacity.vcpu.overcommit")]
    [InlineData("""{"total":4,"overcommit":1001}""", "capacity.vcpu.overcommit")]
    [InlineData("""{"total":4,"used":0}""", "capacity.vcpu.used")]
    public async Task A_bad_capacity_is_refused_at_its_class(string vcpu, string field)
    {
        var reply = await client.PostAsync("/v1/hosts", Body("x").Replace("8", vcpu, StringComparison.Ordinal));

        Assert.Equal((400, "validation-failed"), (reply.Status, reply.Code));
        Assert.Contains(field, reply.Faults);
    }

    [SkippableTheory]
    [InlineData("\"SIMULATED\"", "\"QEMU\"", "driver")]
    [InlineData("\"x\"", "\"../x\"", "name")]
    [InlineData("\"vcpu\":8,", "", "capacity.vcpu")]
    [InlineData("\"vcpu\":8,", "\"vcpu\":8,\"9gpu\":1,", "capacity.9gpu")]
    [InlineData("}}", "},\"zone\":\"\"}", "zone")]
    [InlineData("}}", "},\"traits\":[\"a\",\"a\"]}", "traits[1]")]
    [InlineData("}}", "},\"labels\":{\"a b\":\"c\"}}", "labels.a b")]
    [InlineData("}}", "},\"labels\":{\"a\":\"\\n\"}}", "labels.a")]
    [InlineData("}}", "},\"simulation\":{\"startFaultRate\":1.1}}", "simulation.startFaultRate")]
    [InlineData("}}", "},\"simulation\":{\"stopLatencyMs\":-1}}", "simulation.stopLatencyMs")]
    [InlineData("}}", "},\"color\":\"red\"}", "color")]
    public async Task Bad_input_is_refused_at_its_field(string good, string bad, string field)
    {
        var reply = await client.PostAsync("/v1/hosts", Body("x").Replace(good, bad, StringComparison.Ordinal));

        Assert.Equal((400, "validation-failed"), (reply.Status, reply.Code));
        Assert.Contains(field, reply.Faults);
    }

    [SkippableFact]
    public async Task A_hand_registered_real_host_is_told_that_real_hosts_register_themselves()
    {
        var reply = await client.PostAsync("/v1/hosts", Body("x").Replace("SIMULATED", "QEMU", StringComparison.Ordinal));

        Assert.Contains("register themselves", reply["errors"]!["driver"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task All_faults_are_told_at_once()
    {
        var labels = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"k{i}\":\"v\""));

        var reply = await client.PostAsync("/v1/hosts", $$$"""
            {"name":"X","driver":"SIMULATED","labels":{{{{labels}}}},"zone":"{{{new string('z', 64)}}}",
             "capacity":{"vcpu":-1,"memoryMiB":1}}
            """);

        Assert.Equal(["capacity.diskGiB", "capacity.vcpu", "labels", "name", "zone"], reply.Faults.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Lists_are_filtered_and_ordered_by_what_hosts_have()
    {
        var zone = Conversation.NewName("zone");
        foreach (var (name, env) in new[] { ("b", "prod"), ("a", "test"), ("c", "prod") })
        {
            await client.PostAsync("/v1/hosts", $$$"""
                {"name":"{{{zone}}}-{{{name}}}","driver":"SIMULATED","zone":"{{{zone}}}","labels":{"env":"{{{env}}}"},
                 "capacity":{"vcpu":4,"memoryMiB":1024,"diskGiB":10}}
                """);
        }
        await client.PostAsync($"/v1/hosts/{zone}-c/cordon");

        Assert.Equal([$"{zone}-c", $"{zone}-b", $"{zone}-a"], await NamesAsync($"filter=zone={zone}&orderBy=name desc"));
        Assert.Equal([$"{zone}-b"], await NamesAsync($"filter=zone={zone} AND state=ACTIVE AND labels.env=prod"));
        Assert.Equal([$"{zone}-c"], await NamesAsync($"filter=zone={zone} AND cordoned=true"));
        Assert.Equal([$"{zone}-c"], await NamesAsync($"filter=zone={zone} AND state=CORDONED"));
        Assert.Empty(await NamesAsync($"filter=zone={zone} AND state=SUSPECT"));
        Assert.Equal([$"{zone}-a"], await NamesAsync($"filter=name={zone}-a"));
        Assert.Equal(400, (await client.GetAsync("/v1/hosts?filter=state=SLEEPY")).Status);
        Assert.Equal(400, (await client.GetAsync("/v1/hosts?filter=colour=red")).Status);
    }

    [SkippableFact]
    public async Task A_list_comes_in_pages()
    {
        var zone = Conversation.NewName("zone");
        for (var i = 0; i < 3; i++)
        {
            await client.PostAsync("/v1/hosts", Body($"{zone}-{i}").Replace("}}", $"}},\"zone\":\"{zone}\"}}", StringComparison.Ordinal));
        }

        var first = await client.GetAsync($"/v1/hosts?pageSize=2&filter=zone={zone}");
        var token = Uri.EscapeDataString(first.Text("nextPageToken")!);
        var second = await client.GetAsync($"/v1/hosts?pageSize=2&filter=zone={zone}&pageToken={token}");

        Assert.Equal([$"{zone}-0", $"{zone}-1"], Names(first));
        Assert.Equal([$"{zone}-2"], Names(second));
        Assert.Null(second["nextPageToken"]);
    }

    [SkippableFact]
    public async Task Cordon_and_uncordon_may_be_repeated_and_change_a_host_once()
    {
        var name = Conversation.NewName("h");
        await client.HostAsync(name);

        var once = await client.PostAsync($"/v1/hosts/{name}/cordon");
        var twice = await client.PostAsync($"/v1/hosts/{name}/cordon");
        var back = await client.PostAsync($"/v1/hosts/{name}/uncordon");

        Assert.Equal((200, "CORDONED"), (once.Status, once.Text("state")));
        Assert.Equal(once.Etag, twice.Etag);
        Assert.Equal((200, "ACTIVE"), (back.Status, back.Text("state")));
    }

    [SkippableFact]
    public async Task A_patch_changes_what_it_names_and_leaves_the_rest()
    {
        var name = Conversation.NewName("h");
        await client.HostAsync(name, more: ",\"gpu\":2");

        var reply = await client.PatchAsync($"/v1/hosts/{name}", """
            {"zone":"z9","labels":{"only":null,"rack":"r1"},"traits":["ssd"],"capacity":{"vcpu":{"overcommit":2.0},"gpu":4,"hugepage-1g":8},
             "simulation":{"startLatencyMs":5}}
            """);

        Assert.Equal(200, reply.Status);
        Assert.Equal("z9", reply.Text("zone"));
        Assert.Equal("""{"rack":"r1"}""", reply["labels"]!.ToJsonString());
        Assert.Equal("""["ssd"]""", reply["traits"]!.ToJsonString());
        Assert.Equal("""{"total":8,"reserved":0,"overcommit":2,"used":0}""", reply["capacity"]!["vcpu"]!.ToJsonString());
        Assert.Equal(4, reply["capacity"]!["gpu"]!["total"]!.GetValue<long>());
        Assert.Equal(8, reply["capacity"]!["hugepage-1g"]!["total"]!.GetValue<long>());
        Assert.Equal(5, reply["simulation"]!["startLatencyMs"]!.GetValue<int>());
        Assert.Equal(reply.Body!.ToJsonString(), (await client.GetAsync($"/v1/hosts/{name}")).Body!.ToJsonString());
    }

    [SkippableTheory]
    [InlineData("""{"capacity":{"vcpu":0}}""", "capacity.vcpu")]
    [InlineData("""{"capacity":{"vcpu":{"reserved":9}}}""", "capacity.vcpu.reserved")]
    [InlineData("""{"capacity":{"vcpu":null}}""", "capacity.vcpu")]
    [InlineData("""{"capacity":null}""", "capacity.memoryMiB")]
    [InlineData("""{"name":"other"}""", "name")]
    [InlineData("""{"zone":7}""", "zone")]
    [InlineData("""{"unknown":null}""", "unknown")]
    public async Task A_bad_patch_is_refused_at_its_field_and_changes_nothing(string patch, string field)
    {
        var name = Conversation.NewName("h");
        await client.HostAsync(name);

        var reply = await client.PatchAsync($"/v1/hosts/{name}", patch);

        Assert.Equal((400, "validation-failed"), (reply.Status, reply.Code));
        Assert.Contains(field, reply.Faults);
        Assert.Equal("\"1\"", (await client.GetAsync($"/v1/hosts/{name}")).Etag);
    }

    [SkippableFact]
    public async Task Less_than_is_promised_cannot_be_left_and_the_sentence_has_the_numbers()
    {
        var (name, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(name);
        await client.PoolAsync(pool, name);
        await client.PostAsync($"/v1/pools/{pool}/allocations", """{"owner":"me","resources":{"vcpu":6}}""");

        var reply = await client.PatchAsync($"/v1/hosts/{name}", """{"capacity":{"vcpu":5},"zone":"z2"}""");

        Assert.Equal((409, "insufficient-resources"), (reply.Status, reply.Code));
        Assert.Contains("of vcpu 6 are promised and 5 would be left", reply.Detail, StringComparison.Ordinal);
        Assert.Null((await client.GetAsync($"/v1/hosts/{name}"))["zone"]);
        Assert.Equal(200, (await client.PatchAsync($"/v1/hosts/{name}", """{"capacity":{"vcpu":6}}""")).Status);
    }

    [SkippableFact]
    public async Task A_stale_etag_is_refused_on_patch_and_delete_and_a_fresh_one_is_honoured()
    {
        var name = Conversation.NewName("h");
        await client.HostAsync(name);
        await client.PostAsync($"/v1/hosts/{name}/cordon");

        var stale = ("If-Match", "\"1\"");
        Assert.Equal((412, "etag-mismatch"), StatusAndCode(await client.PatchAsync($"/v1/hosts/{name}", """{"zone":"z"}""", stale)));
        Assert.Equal((412, "etag-mismatch"), StatusAndCode(await client.DeleteAsync($"/v1/hosts/{name}", stale)));
        Assert.Equal(200, (await client.PatchAsync($"/v1/hosts/{name}", """{"zone":"z"}""", ("If-Match", "\"2\""))).Status);
        Assert.Equal(204, (await client.DeleteAsync($"/v1/hosts/{name}", ("If-Match", "\"3\""))).Status);
        Assert.Equal(404, (await client.GetAsync($"/v1/hosts/{name}")).Status);
    }

    [SkippableFact]
    public async Task A_host_on_which_something_is_held_stays_and_says_by_whom()
    {
        var (name, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(name);
        await client.PoolAsync(pool, name);
        foreach (var owner in new[] { "ann", "bob", "cyd", "dan" })
        {
            await client.PostAsync($"/v1/pools/{pool}/allocations", $$$"""{"owner":"{{{owner}}}","resources":{"vcpu":1}}""");
        }

        var reply = await client.DeleteAsync($"/v1/hosts/{name}");

        Assert.Equal((409, "invalid-state"), (reply.Status, reply.Code));
        Assert.Contains("4 vcpu are held in 4 allocations, by ann, bob, cyd and 1 more", reply.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_rehearsal_checks_everything_and_writes_nothing()
    {
        var name = Conversation.NewName("h");

        Assert.Equal(200, (await client.PostAsync("/v1/hosts?validateOnly=true", Body(name))).Status);
        Assert.Equal(404, (await client.GetAsync($"/v1/hosts/{name}")).Status);
        await client.HostAsync(name);
        Assert.Equal(409, (await client.PostAsync("/v1/hosts?validateOnly=true", Body(name))).Status);
        Assert.Equal(200, (await client.PostAsync($"/v1/hosts/{name}/cordon?validateOnly=true")).Status);
        Assert.Equal("ACTIVE", (await client.GetAsync($"/v1/hosts/{name}")).Text("state"));
        Assert.Equal(200, (await client.DeleteAsync($"/v1/hosts/{name}?validateOnly=true")).Status);
        Assert.Equal("\"1\"", (await client.GetAsync($"/v1/hosts/{name}")).Etag);
    }

    [SkippableFact]
    public async Task A_repeated_key_registers_one_host()
    {
        var name = Conversation.NewName("h");

        var first = await client.PostAsync("/v1/hosts", Body(name), ("Idempotency-Key", name));
        var again = await client.PostAsync("/v1/hosts", Body(name), ("Idempotency-Key", name));
        var other = await client.PostAsync("/v1/hosts", Body(name + "x"), ("Idempotency-Key", name));

        Assert.Equal((201, first.Body!.ToJsonString()), (again.Status, again.Body!.ToJsonString()));
        Assert.Equal((422, "idempotency-mismatch"), (other.Status, other.Code));
    }

    private static (int Status, string? Code) StatusAndCode(Reply reply) => (reply.Status, reply.Code);

    private static string Body(string name) =>
        $$$"""{"name":"{{{name}}}","driver":"SIMULATED","capacity":{"vcpu":8,"memoryMiB":1024,"diskGiB":10}}""";

    private async Task<IEnumerable<string>> NamesAsync(string query)
    {
        var reply = await client.GetAsync($"/v1/hosts?{query}");
        Assert.Equal(200, reply.Status);
        return Names(reply);
    }

    private static IEnumerable<string> Names(Reply reply) =>
        reply["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>());
}
