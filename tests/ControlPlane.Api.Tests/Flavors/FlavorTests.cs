using ControlPlane.Api.Tests.Hosts;

namespace ControlPlane.Api.Tests.Flavors;

/// <summary>Named shapes: made, changed, removed, and taken by VMs.</summary>
public sealed class FlavorTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly Conversation client = new(service.Client);

    [Fact]
    public async Task A_flavor_is_made_read_listed_changed_and_removed()
    {
        var name = Conversation.NewName("f");

        var made = await client.PostAsync("/v1/flavors", $$$"""
            {"name":"{{{name}}}","vcpus":4,"memoryMiB":2048,"extraResources":{"gpu":1},"engine":"SOFTWARE","isolation":{"level":"SHARED"},"labels":{"a":"b"}}
            """);

        Assert.Equal((201, $"/v1/flavors/{made.Id}", made.Text("etag")), (made.Status, made.Location, made.Etag));
        Assert.StartsWith("flv_", made.Id, StringComparison.Ordinal);
        Assert.Equal(made.Body!.ToJsonString(), (await client.GetAsync($"/v1/flavors/{name}")).Body!.ToJsonString());
        Assert.Equal((4, 2048, 1), (made["vcpus"]!.GetValue<int>(), made["memoryMiB"]!.GetValue<int>(), made["diskGiB"]!.GetValue<int>()));
        var listed = await client.GetAsync($"/v1/flavors?filter=labels.a=b AND vcpus>3&orderBy=memoryMiB");
        Assert.Contains(name, listed["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
        var patched = await client.PatchAsync($"/v1/flavors/{made.Id}", """{"memoryMiB":4096,"engine":null,"extraResources":{"gpu":null}}""", ("If-Match", made.Etag!));
        Assert.Equal((200, 4096), (patched.Status, patched["memoryMiB"]!.GetValue<int>()));
        Assert.Null(patched["engine"]);
        Assert.Equal("{}", patched["extraResources"]!.ToJsonString());
        Assert.Equal((412, "etag-mismatch"), Said(await client.DeleteAsync($"/v1/flavors/{name}", ("If-Match", made.Etag!))));
        Assert.Equal(204, (await client.DeleteAsync($"/v1/flavors/{name}", ("If-Match", patched.Etag!))).Status);
        Assert.Equal((404, "not-found"), Said(await client.GetAsync($"/v1/flavors/{name}")));
    }

    [Theory]
    [InlineData("""{"name":"UP","vcpus":1,"memoryMiB":64}""", "name")]
    [InlineData("""{"name":"x","memoryMiB":64}""", "vcpus")]
    [InlineData("""{"name":"x","vcpus":0,"memoryMiB":64}""", "vcpus")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":15}""", "memoryMiB")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"diskGiB":1048577}""", "diskGiB")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"extraResources":{"vcpu":1}}""", "extraResources.vcpu")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"extraResources":{"gpu":0}}""", "extraResources.gpu")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"engine":"ANY"}""", "engine")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"isolation":{"level":"HIGH"}}""", "isolation.level")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"labels":{"":"v"}}""", "labels.")]
    [InlineData("""{"name":"x","vcpus":1,"memoryMiB":64,"colour":"red"}""", "colour")]
    public async Task Bad_input_is_refused_at_its_field(string body, string field)
    {
        var reply = await client.PostAsync("/v1/flavors", body);

        Assert.Equal((400, "validation-failed"), Said(reply));
        Assert.Contains(field, reply.Faults);
    }

    [Fact]
    public async Task A_name_is_taken_once_and_rehearsal_and_key_are_honoured()
    {
        var name = Conversation.NewName("f");
        var body = $$"""{"name":"{{name}}","vcpus":1,"memoryMiB":64}""";

        Assert.Equal(200, (await client.PostAsync("/v1/flavors?validateOnly=true", body)).Status);
        Assert.Equal(404, (await client.GetAsync($"/v1/flavors/{name}")).Status);
        var first = await client.PostAsync("/v1/flavors", body, ("Idempotency-Key", name));
        var again = await client.PostAsync("/v1/flavors", body, ("Idempotency-Key", name));
        Assert.Equal((201, first.Id), (again.Status, again.Id));
        Assert.Equal((409, "already-exists"), Said(await client.PostAsync("/v1/flavors", body)));
        Assert.Equal((404, "not-found"), Said(await client.PatchAsync("/v1/flavors/nothing", "{}")));
        Assert.Equal((404, "not-found"), Said(await client.DeleteAsync("/v1/flavors/nothing")));
    }

    [Fact]
    public async Task A_VM_takes_the_amounts_of_its_flavor_and_keeps_them()
    {
        var (host, flavor, vm) = (Conversation.NewName("h"), Conversation.NewName("f"), Conversation.NewName("vm"));
        await client.HostAsync(host, more: ",\"gpu\":2");
        await client.PostAsync("/v1/flavors", $$$"""{"name":"{{{flavor}}}","vcpus":3,"memoryMiB":512,"diskGiB":7,"extraResources":{"gpu":1},"engine":"SOFTWARE"}""");

        var made = await CreateAsync(vm, host, $"\"flavor\":\"{flavor}\"");
        await client.PatchAsync($"/v1/flavors/{flavor}", """{"vcpus":1}""");
        await client.DeleteAsync($"/v1/flavors/{flavor}");

        Assert.Equal((200, "SUCCEEDED"), (made.Status, made.Text("state")));
        var spec = (await client.GetAsync($"/v1/vms/{vm}"))["spec"]!;
        Assert.Equal((3, 512, 7), (spec["vcpus"]!.GetValue<int>(), spec["memoryMiB"]!.GetValue<int>(), spec["diskGiB"]!.GetValue<int>()));
        Assert.Equal(("""{"gpu":1}""", "SOFTWARE"), (spec["extraResources"]!.ToJsonString(), spec["engine"]!.GetValue<string>()));
        Assert.Null(spec["flavor"]);
        Assert.Equal((3L, 1L), (await client.UsedAsync(host, "vcpu"), await client.UsedAsync(host, "gpu")));
    }

    [Theory]
    [InlineData("\"vcpus\":2", "spec.vcpus")]
    [InlineData("\"memoryMiB\":64", "spec.memoryMiB")]
    [InlineData("\"diskGiB\":9", "spec.diskGiB")]
    [InlineData("\"extraResources\":{\"gpu\":3}", "spec.extraResources.gpu")]
    public async Task A_flavor_and_another_amount_beside_it_are_refused_at_the_amount(string amount, string field)
    {
        var (host, flavor) = (Conversation.NewName("h"), Conversation.NewName("f"));
        await client.HostAsync(host);
        await client.PostAsync("/v1/flavors", $$"""{"name":"{{flavor}}","vcpus":1,"memoryMiB":512}""");

        var other = await CreateAsync(Conversation.NewName("vm"), host, $"\"flavor\":\"{flavor}\",{amount}");
        var same = await CreateAsync(Conversation.NewName("vm"), host, $"\"flavor\":\"{flavor}\",\"vcpus\":1,\"memoryMiB\":512,\"diskGiB\":1");

        Assert.Equal((400, "validation-failed"), Said(other));
        Assert.Equal([field], other.Faults);
        Assert.Equal(200, same.Status);
    }

    [Fact]
    public async Task An_unknown_flavor_is_not_found_and_those_there_are_are_named()
    {
        var (host, flavor) = (Conversation.NewName("h"), Conversation.NewName("a"));
        await client.HostAsync(host);
        await client.PostAsync("/v1/flavors", $$"""{"name":"{{flavor}}","vcpus":1,"memoryMiB":512}""");

        var reply = await CreateAsync("nobody", host, "\"flavor\":\"huge\"");

        Assert.Equal((404, "not-found"), Said(reply));
        Assert.StartsWith("There is no flavor 'huge'. There are ", reply.Detail, StringComparison.Ordinal);
        Assert.Contains(flavor, reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_flavor_the_amounts_are_needed_and_a_VM_is_not_changed_by_one()
    {
        var (host, vm) = (Conversation.NewName("h"), Conversation.NewName("vm"));
        await client.HostAsync(host);
        await CreateAsync(vm, host, "\"vcpus\":1,\"memoryMiB\":64,\"desiredState\":\"STOPPED\"");

        var bare = await CreateAsync("bare", host, "\"diskGiB\":1");
        var patch = await client.PatchAsync($"/v1/vms/{vm}", """{"spec":{"flavor":"small"}}""");

        Assert.Equal(["spec.memoryMiB", "spec.vcpus"], bare.Faults.Order());
        Assert.Equal(["spec.flavor"], patch.Faults);
    }

    private static (int Status, string? Code) Said(Reply reply) => (reply.Status, reply.Code);

    private Task<Reply> CreateAsync(string name, string host, string spec) => client.PostAsync("/v1/vms",
        $$$"""{"name":"{{{name}}}","spec":{ {{{spec}}},"placement":{"hostLabels":{"only":"{{{host}}}"} } } }""", ("Prefer", "wait=60"));
}
