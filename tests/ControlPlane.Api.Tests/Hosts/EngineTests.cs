namespace ControlPlane.Api.Tests.Hosts;

public sealed class EngineTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Conversation client = new(service.Client);

    [Fact]
    public async Task Engines_are_read_one_by_one_and_as_a_list()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        var list = await client.GetAsync($"/v1/hosts/{host}/engines");
        var one = await client.GetAsync($"/v1/hosts/{host}/engines/software");

        Assert.Equal(2, list["items"]!.AsArray().Count);
        Assert.Equal(("SOFTWARE", "RUNNING"), (one.Text("kind"), one.Text("state")));
        Assert.Equal(one.Text("etag"), one.Etag);
        Assert.Null(one["resources"]!["vcpu"]!["total"]);
        Assert.Equal("not-found", (await client.GetAsync($"/v1/hosts/{host}/engines/SOFTWARE")).Code);
        Assert.Equal("not-found", (await client.GetAsync($"/v1/hosts/{host}/engines/quantum")).Code);
    }

    [Fact]
    public async Task An_engine_is_configured_with_resources_of_its_own_that_the_host_does_not_show()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        var reply = await client.PutAsync($"/v1/hosts/{host}/engines/hardware", """
            {"cpuModel":"EPYC-Rome","machineType":"q35","overcommit":{"vcpu":0.5},"resources":{"gpu":2}}
            """);

        Assert.Equal(200, reply.Status);
        Assert.Equal(("EPYC-Rome", "q35", "RUNNING"), (reply.Text("cpuModel"), reply.Text("machineType"), reply.Text("state")));
        Assert.Equal("""{"total":2,"overcommit":1,"used":0}""", reply["resources"]!["gpu"]!.ToJsonString());
        Assert.Equal("""{"total":8,"overcommit":0.5,"used":0}""", reply["resources"]!["vcpu"]!.ToJsonString());
        Assert.Null((await client.GetAsync($"/v1/hosts/{host}"))["capacity"]!["gpu"]);
    }

    [Fact]
    public async Task An_engine_bounds_what_is_taken_from_it_and_the_host_bounds_both()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        await client.PutAsync($"/v1/hosts/{host}/engines/hardware", """{"overcommit":{"vcpu":0.5},"resources":{"gpu":2}}""");

        var taken = await TakeAsync(pool, """{"owner":"a","engine":"HARDWARE","resources":{"vcpu":4,"gpu":1}}""");
        var beyond = await TakeAsync(pool, """{"owner":"a","engine":"HARDWARE","resources":{"vcpu":1}}""");
        var elsewhere = await TakeAsync(pool, """{"owner":"a","engine":"SOFTWARE","resources":{"gpu":1}}""");
        var software = await TakeAsync(pool, """{"owner":"a","engine":"SOFTWARE","resources":{"vcpu":4}}""");

        Assert.Equal((201, "HARDWARE"), (taken.Status, taken.Text("engine")));
        Assert.Equal((409, "insufficient-capacity"), (beyond.Status, beyond.Code));
        Assert.Equal((422, "exceeds-every-host"), (elsewhere.Status, elsewhere.Code));
        Assert.Equal(201, software.Status);
        Assert.Equal(8, await client.UsedAsync(host, "vcpu"));
        var engine = await client.GetAsync($"/v1/hosts/{host}/engines/hardware");
        Assert.Equal(4, engine["resources"]!["vcpu"]!["used"]!.GetValue<int>());
        Assert.Equal(1, engine["resources"]!["gpu"]!["used"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"cpuModel":"host,+vmx"}""", "cpuModel")]
    [InlineData("""{"cpuModel":"-enable-kvm"}""", "cpuModel")]
    [InlineData("""{"cpuModel":""}""", "cpuModel")]
    [InlineData("""{"machineType":"q35 -S"}""", "machineType")]
    [InlineData("""{"overcommit":{"vcpu":0}}""", "overcommit.vcpu")]
    [InlineData("""{"resources":{"gpu":0}}""", "resources.gpu")]
    [InlineData("""{"resources":{"gpu":1.5}}""", "resources.gpu")]
    [InlineData("""{"resources":{"":1}}""", "resources.")]
    public async Task Bad_terms_are_refused_at_their_field(string body, string field)
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        var reply = await client.PutAsync($"/v1/hosts/{host}/engines/software", body);

        Assert.Equal((400, "validation-failed"), (reply.Status, reply.Code));
        Assert.Contains(field, reply.Faults);
    }

    [Fact]
    public async Task A_ratio_for_a_class_that_nobody_has_is_refused()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        var reply = await client.PutAsync($"/v1/hosts/{host}/engines/software", """{"overcommit":{"gpu":0.5}}""");

        Assert.Equal((404, "unknown-resource-class"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Terms_that_allow_less_than_is_held_are_refused()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        await client.PutAsync($"/v1/hosts/{host}/engines/hardware", """{"resources":{"gpu":2}}""");
        await TakeAsync(pool, """{"owner":"a","engine":"HARDWARE","resources":{"gpu":2,"vcpu":4}}""");

        foreach (var terms in new[] { """{"resources":{"gpu":1}}""", "{}", """{"resources":{"gpu":2},"overcommit":{"vcpu":0.25}}""" })
        {
            var reply = await client.PutAsync($"/v1/hosts/{host}/engines/hardware", terms);
            Assert.Equal((409, "insufficient-resources"), (reply.Status, reply.Code));
            Assert.Contains("2 gpu", reply.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(2, (await client.GetAsync($"/v1/hosts/{host}/engines/hardware"))["resources"]!["gpu"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_engine_is_stopped_removed_made_anew_and_started()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);
        var path = $"/v1/hosts/{host}/engines/software";

        Assert.Equal((409, "invalid-state"), Said(await client.DeleteAsync(path)));
        var stopped = await client.PostAsync($"{path}/stop", "{}", ("Prefer", "wait=20"));
        Assert.Equal((200, "SUCCEEDED", "STOP_ENGINE"), (stopped.Status, stopped.Text("state"), stopped.Text("kind")));
        Assert.EndsWith("/engines/software", stopped.Text("target"), StringComparison.Ordinal);
        Assert.Equal((409, "invalid-state"), Said(await client.PostAsync($"{path}/stop")));
        Assert.Equal(204, (await client.DeleteAsync(path)).Status);
        Assert.Equal((404, "not-found"), Said(await client.GetAsync(path)));
        Assert.Equal((404, "not-found"), Said(await client.DeleteAsync(path)));
        Assert.Equal((404, "not-found"), Said(await client.PostAsync($"{path}/start")));

        var made = await client.PutAsync(path, "{}");
        Assert.Equal((201, "STOPPED", "simulated"), (made.Status, made.Text("state"), made.Text("cpuModel")));
        Assert.EndsWith("/engines/software", made.Location, StringComparison.Ordinal);
        var started = await client.PostAsync($"{path}/start", "{}", ("Prefer", "wait=20"));
        Assert.Equal((200, "SUCCEEDED"), (started.Status, started.Text("state")));
        Assert.Equal(["prove", "open"], started["steps"]!.AsArray().Select(step => step!["name"]!.GetValue<string>()));
        Assert.Equal("RUNNING", (await client.GetAsync(path)).Text("state"));
        Assert.Equal((409, "invalid-state"), Said(await client.PostAsync($"{path}/start")));
    }

    [Fact]
    public async Task Without_waiting_a_stop_answers_at_once_with_its_operation()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        var reply = await client.PostAsync($"/v1/hosts/{host}/engines/hardware/stop");

        Assert.Equal(202, reply.Status);
        Assert.Equal($"/v1/operations/{reply.Id}", reply.Location);
        var done = await client.GetAsync($"{reply.Location}");
        Assert.Equal(200, done.Status);
    }

    [Fact]
    public async Task A_stopped_engine_takes_nothing()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        await client.PostAsync($"/v1/hosts/{host}/engines/hardware/stop", "{}", ("Prefer", "wait=20"));

        var reply = await TakeAsync(pool, """{"owner":"a","engine":"HARDWARE","resources":{"vcpu":1}}""");

        Assert.Equal((409, "insufficient-capacity"), (reply.Status, reply.Code));
        Assert.Equal(201, (await TakeAsync(pool, """{"owner":"a","engine":"SOFTWARE","resources":{"vcpu":1}}""")).Status);
    }

    [Fact]
    public async Task An_engine_that_holds_something_is_not_removed()
    {
        var (host, pool) = (Conversation.NewName("h"), Conversation.NewName("p"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        await TakeAsync(pool, """{"owner":"a","engine":"HARDWARE","resources":{"vcpu":3}}""");
        await client.PostAsync($"/v1/hosts/{host}/engines/hardware/stop", "{}", ("Prefer", "wait=20"));

        var reply = await client.DeleteAsync($"/v1/hosts/{host}/engines/hardware");

        Assert.Equal((409, "invalid-state"), Said(reply));
        Assert.Contains("3 vcpu are held", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_has_an_etag_of_its_own()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);
        var path = $"/v1/hosts/{host}/engines/software";
        var read = await client.GetAsync(path);

        var changed = await client.PutAsync(path, """{"resources":{"gpu":1}}""", ("If-Match", read.Etag!));

        Assert.Equal(200, changed.Status);
        Assert.NotEqual(read.Etag, changed.Etag);
        Assert.Equal((412, "etag-mismatch"), Said(await client.PutAsync(path, "{}", ("If-Match", read.Etag!))));
        Assert.Equal((412, "etag-mismatch"), Said(await client.DeleteAsync(path, ("If-Match", read.Etag!))));
    }

    [Fact]
    public async Task A_rehearsed_stop_starts_no_operation()
    {
        var host = Conversation.NewName("h");
        await client.HostAsync(host);

        Assert.Equal(200, (await client.PostAsync($"/v1/hosts/{host}/engines/software/stop?validateOnly=true")).Status);
        Assert.Equal("RUNNING", (await client.GetAsync($"/v1/hosts/{host}/engines/software")).Text("state"));
    }

    [Fact]
    public async Task An_engine_on_which_a_vm_runs_is_not_stopped_and_the_vm_is_named()
    {
        var (host, pool, vm) = (Conversation.NewName("h"), Conversation.NewName("p"), Conversation.NewName("vm"));
        await client.HostAsync(host);
        await client.PoolAsync(pool, host);
        var made = await client.PostAsync("/v1/vms",
            $$$"""{"name":"{{{vm}}}","pool":"{{{pool}}}","spec":{"vcpus":1,"memoryMiB":256,"engine":"SOFTWARE"}}""", ("Prefer", "wait=30"));
        Assert.Equal((200, "SUCCEEDED"), (made.Status, made.Text("state")));

        var stop = await client.PostAsync($"/v1/hosts/{host}/engines/software/stop");
        var listed = await client.GetAsync($"/v1/hosts/{host}/vms");

        Assert.Equal((409, "invalid-state"), Said(stop));
        Assert.Contains(vm, stop.Detail, StringComparison.Ordinal);
        Assert.Equal(vm, listed["items"]![0]!["name"]!.GetValue<string>());
        Assert.Equal(202, (await client.PostAsync($"/v1/hosts/{host}/engines/hardware/stop")).Status);
    }

    private static (int Status, string? Code) Said(Reply reply) => (reply.Status, reply.Code);

    private Task<Reply> TakeAsync(string pool, string body) => client.PostAsync($"/v1/pools/{pool}/allocations", body);
}
