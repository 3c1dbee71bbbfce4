using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Api.Tests.Agents;
using ControlPlane.Api.Tests.Hosts.Recovering;
using ControlPlane.Api.Tests.Images;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>Every operation of the document is called, and what it answers is what the document says.</summary>
public sealed partial class AnswersMatchTheirSchemasTests(ServedDocument service) : IClassFixture<ServedDocument>
{
    private static readonly string[] none = [];
    private readonly CheckedConversation conversation = new(service, service.Client);

    [Fact]
    public async Task Every_operation_answers_as_its_schema_says()
    {
        await HostsAsync();
        await EnginesAsync();
        await PoolsAsync();
        await AllocationsAsync();
        await ReservationsAsync();
        await AffinityGroupsAsync();
        await FlavorsAsync();
        await ImagesAsync();
        await VmsAsync();
        await PreemptionAsync();
        await RebalancingAsync();
        await OperationsAsync();
        await SayAsync(200, "GET", "/v1/events", none);
        await SayAsync(200, "GET", "/v1/reports/model", none);

        var all = service.Operations.Select(each => $"{each.Verb} {each.Path}");
        Assert.Empty(all.Except(conversation.Answered));
    }

    [Fact]
    public async Task Every_operation_refuses_strangers_as_its_schema_says()
    {
        using var stranger = service.NewClient(null);
        var refused = new CheckedConversation(service, stranger);
        foreach (var (verb, path, _) in service.Operations)
        {
            var problem = await refused.SayAsync(401, verb, path, none);
            Assert.Equal("unauthenticated", problem.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Every_operation_on_something_unknown_is_refused_as_its_schema_says()
    {
        foreach (var (verb, path, operation) in service.Operations.Where(each => each.Path.Contains('{', StringComparison.Ordinal)))
        {
            var values = Parameter().Matches(path).Select(match => match.Value == "{engine}" ? "software" : "nothing").ToArray();
            using var content = Example(operation);
            var problem = await conversation.SendAsync(404, verb, path, values, content);
            Assert.Equal("not-found", problem.GetProperty("code").GetString());
            Assert.Contains("nothing", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_operation_with_a_body_refuses_members_it_does_not_know_as_its_schema_says()
    {
        foreach (var (verb, path, operation) in service.Operations.Where(each => TakesJson(each.Operation)))
        {
            var problem = await SayAsync(400, verb, path, [.. Parameter().Matches(path).Select(_ => "default")], "{\"colour\":\"red\"}");
            Assert.True(problem.GetProperty("errors").TryGetProperty("colour", out _), $"{verb} {path}: {problem}");
        }
    }

    [Fact]
    public async Task Every_operation_refuses_query_parameters_it_does_not_know_as_its_schema_says()
    {
        foreach (var (verb, path, operation) in service.Operations)
        {
            using var content = Example(operation);
            var values = Parameter().Matches(path).Select(match => match.Value == "{engine}" ? "software" : "nothing").ToArray();
            await conversation.SendAsync(400, verb, path, values, content, "?colour=red");
        }
    }

    [Fact]
    public void Every_operation_explains_itself()
    {
        foreach (var (verb, path, operation) in service.Operations)
        {
            foreach (var member in new[] { "operationId", "summary", "description" })
            {
                var said = operation.TryGetProperty(member, out var text) ? text.GetString() : null;
                Assert.False(string.IsNullOrWhiteSpace(said), $"{verb} {path}: {member}");
            }
            Assert.NotEmpty(operation.GetProperty("tags").EnumerateArray());
            Assert.True(!TakesJson(operation) || Examples(operation).Any(), $"{verb} {path} has no example");
        }
        var names = service.Operations.Select(each => each.Operation.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Every_example_is_as_its_schema_says()
    {
        var schemas = new JsonSchemas(service.Root);
        foreach (var (verb, path, operation) in service.Operations)
        {
            foreach (var (schema, example) in Examples(operation))
            {
                var faults = schemas.Faults(schema, example);
                Assert.True(faults.Count == 0, $"{verb} {path}: {string.Join('\n', faults)}\n{example}");
            }
        }
    }

    private async Task HostsAsync()
    {
        await SayAsync(201, "POST", "/v1/hosts", none, ExampleOf("POST", "/v1/hosts"));
        await SayAsync(409, "POST", "/v1/hosts", none, ExampleOf("POST", "/v1/hosts"));
        await SayAsync(201, "POST", "/v1/hosts", none, Host("h2", 600_000));
        await SayAsync(201, "POST", "/v1/hosts", none, Host("h3", 0));
        await SayAsync(200, "GET", "/v1/hosts", none, query: "?pageSize=1");
        await SayAsync(200, "GET", "/v1/hosts/{host}", ["h1"]);
        await SayAsync(200, "PATCH", "/v1/hosts/{host}", ["h1"], ExampleOf("PATCH", "/v1/hosts/{host}"));
        // It takes ten minutes to start a VM: nothing goes there until that is what is wanted.
        await SayAsync(200, "POST", "/v1/hosts/{host}/cordon", ["h2"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/uncordon", ["h2"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/activate", ["h2"]);
        // What is started on it does not end: nothing goes there before an operation that is to stay under way is wanted.
        await SayAsync(200, "POST", "/v1/hosts/{host}/cordon", ["h2"]);
        await SayAsync(200, "GET", "/v1/hosts/{host}/vms", ["h1"]);
        await SayAsync(204, "DELETE", "/v1/hosts/{host}", ["h3"]);
        await JoiningAsync();
        await LosingAsync();
    }

    private async Task LosingAsync()
    {
        await SayAsync(201, "POST", "/v1/hosts", none, Host("burnt", 0));
        await SayAsync(409, "POST", "/v1/hosts/{host}/declare-lost", ["burnt"], ExampleOf("POST", "/v1/hosts/{host}/declare-lost"));
        await LosableHosts.WelcomeAsync(service, "burnt");
        await SayAsync(409, "POST", "/v1/hosts/{host}/declare-lost", ["burnt"], ExampleOf("POST", "/v1/hosts/{host}/declare-lost"));
        await LosableHosts.SuspectAsync(service, "burnt");
        await DoneAsync("POST", "/v1/hosts/{host}/declare-lost", ["burnt"], ExampleOf("POST", "/v1/hosts/{host}/declare-lost"));
        await SayAsync(200, "GET", "/v1/hosts/{host}", ["burnt"]);
    }

    private async Task JoiningAsync()
    {
        const string revoke = "/v1/hosts/{host}/revoke";
        var token = await SayAsync(200, "POST", "/v1/hosts/join-tokens", none, ExampleOf("POST", "/v1/hosts/join-tokens"));
        using var machine = await Machine.JoinAsync(service, null, token.GetProperty("token").GetString());
        await SayAsync(200, "GET", "/v1/hosts/{host}", ["h9"]);
        await SayAsync(409, "POST", revoke, ["h1"]);
        await SayAsync(200, "POST", revoke, ["h9"]);
        await SayAsync(204, "DELETE", "/v1/hosts/{host}", ["h9"]);
    }

    private async Task EnginesAsync()
    {
        const string engine = "/v1/hosts/{host}/engines/{engine}";
        string[] software = ["h1", "software"];
        await SayAsync(200, "GET", "/v1/hosts/{host}/engines", ["h1"]);
        await SayAsync(200, "GET", engine, software);
        await SayAsync(409, "DELETE", engine, software);
        await DoneAsync("POST", $"{engine}/stop", software);
        await SayAsync(204, "DELETE", engine, software);
        await SayAsync(201, "PUT", engine, software, ExampleOf("PUT", engine));
        await SayAsync(200, "PUT", engine, software, ExampleOf("PUT", engine));
        await DoneAsync("POST", $"{engine}/start", software);
    }

    private async Task PoolsAsync()
    {
        await SayAsync(201, "POST", "/v1/pools", none, ExampleOf("POST", "/v1/pools"));
        await SayAsync(200, "GET", "/v1/pools", none, query: "?orderBy=name");
        await SayAsync(200, "GET", "/v1/pools/{pool}", ["team-a"]);
        await SayAsync(200, "PATCH", "/v1/pools/{pool}", ["team-a"], ExampleOf("PATCH", "/v1/pools/{pool}"));
        await SayAsync(204, "DELETE", "/v1/pools/{pool}", ["team-a"]);
    }

    private async Task AllocationsAsync()
    {
        const string pool = "/v1/pools/{pool}/allocations";
        var taken = await SayAsync(201, "POST", pool, ["default"], ExampleOf("POST", pool));
        string[] allocation = ["default", taken.GetProperty("id").GetString()!];
        await SayAsync(200, "GET", pool, ["default"]);
        await SayAsync(200, "GET", $"{pool}/{{allocation}}", allocation);
        await SayAsync(200, "POST", $"{pool}/{{allocation}}/release", allocation, ExampleOf("POST", $"{pool}/{{allocation}}/release"));
        await SayAsync(409, "POST", $"{pool}/{{allocation}}/release", allocation, new { resources = new { vcpu = 1000 } });
        await SayAsync(204, "DELETE", $"{pool}/{{allocation}}", allocation);
        await SayAsync(422, "POST", pool, ["default"], new { owner = "ci", resources = new { vcpu = 100_000 } });
    }

    private async Task ReservationsAsync()
    {
        const string reservation = "/v1/reservations/{reservation}";
        await SayAsync(201, "POST", "/v1/reservations", none, ExampleOf("POST", "/v1/reservations"));
        await SayAsync(409, "POST", "/v1/reservations", none, ExampleOf("POST", "/v1/reservations"));
        await SayAsync(200, "GET", "/v1/reservations", none, query: "?filter=state%20%3D%20ACTIVE");
        var small = new { vcpus = 1, memoryMiB = 64, placement = new { reservation = "launch" } };
        await DoneAsync("POST", "/v1/vms", none, JsonSerializer.Serialize(new { name = "first", spec = small }));
        await SayAsync(409, "POST", "/v1/vms", none, new { name = "next", spec = small with { vcpus = 100 } });
        await SayAsync(200, "GET", reservation, ["launch"]);
        await DoneAsync("DELETE", "/v1/vms/{vm}", ["first"]);
        await SayAsync(204, "DELETE", reservation, ["launch"]);
    }

    private async Task AffinityGroupsAsync()
    {
        const string group = "/v1/affinity-groups/{group}";
        await SayAsync(201, "POST", "/v1/affinity-groups", none, ExampleOf("POST", "/v1/affinity-groups"));
        await SayAsync(409, "POST", "/v1/affinity-groups", none, ExampleOf("POST", "/v1/affinity-groups"));
        await SayAsync(200, "GET", "/v1/affinity-groups", none, query: "?filter=policy%20%3D%20ANTI_AFFINITY");
        await SayAsync(200, "GET", group, ["web"]);
        await SayAsync(200, "PATCH", group, ["web"], ExampleOf("PATCH", group));
        await SayAsync(204, "DELETE", group, ["web"]);
    }

    private async Task FlavorsAsync()
    {
        await SayAsync(201, "POST", "/v1/flavors", none, ExampleOf("POST", "/v1/flavors"));
        await SayAsync(409, "POST", "/v1/flavors", none, ExampleOf("POST", "/v1/flavors"));
        await SayAsync(200, "GET", "/v1/flavors", none, query: "?orderBy=vcpus");
        await SayAsync(200, "GET", "/v1/flavors/{flavor}", ["small"]);
        foreach (var (_, example) in Examples(Operation("POST", "/v1/capacity/fit")))
        {
            await SayAsync(200, "POST", "/v1/capacity/fit", none, example.GetRawText());
        }
        await SayAsync(200, "PATCH", "/v1/flavors/{flavor}", ["small"], ExampleOf("PATCH", "/v1/flavors/{flavor}"));
        await SayAsync(204, "DELETE", "/v1/flavors/{flavor}", ["small"]);
    }

    private async Task ImagesAsync()
    {
        const string content = "/v1/images/{image}/content";
        await SayAsync(201, "POST", "/v1/images", none, ExampleOf("POST", "/v1/images"));
        await SayAsync(409, "GET", content, ["probe"]);
        await UploadAsync(content, "probe", Content.Qcow2());
        await SayAsync(200, "GET", content, ["probe"]);
        await SayAsync(201, "POST", "/v1/images", none, new { name = "kernel", format = "KERNEL", kernelCommandLine = "quiet" });
        await UploadAsync(content, "kernel", Content.Kernel());
        await UploadAsync($"{content}/initrd", "kernel", Content.Raw());
        await SayAsync(200, "GET", $"{content}/initrd", ["kernel"]);
        await SayAsync(200, "GET", "/v1/images", none, query: "?filter=format%20%3D%20KERNEL");
        await SayAsync(200, "GET", "/v1/images/{image}", ["kernel"]);
        await SayAsync(200, "PATCH", "/v1/images/{image}", ["probe"], ExampleOf("PATCH", "/v1/images/{image}"));
        await SayAsync(204, "DELETE", "/v1/images/{image}", ["kernel"]);
    }

    private async Task VmsAsync()
    {
        const string vm = "/v1/vms/{vm}";
        string[] web = ["web-1"];
        foreach (var (_, example) in Examples(Operation("POST", "/v1/vms")))
        {
            await SayAsync(200, "POST", "/v1/vms", none, example.GetRawText(), "?validateOnly=true");
            await DoneAsync("POST", "/v1/vms", none, example.GetRawText());
        }
        const string batch = "/v1/vms:batch";
        await SayAsync(200, "POST", batch, none, ExampleOf("POST", batch), "?validateOnly=true");
        await DoneAsync("POST", batch, none, ExampleOf("POST", batch));
        await SayAsync(409, "POST", batch, none, ExampleOf("POST", batch));
        await SayAsync(422, "POST", "/v1/vms", none, new { name = "big", spec = new { vcpus = 1024, memoryMiB = 64 } });
        await SayAsync(200, "GET", "/v1/vms", none);
        await SayAsync(200, "GET", vm, web);
        await SayAsync(200, "GET", "/v1/hosts/{host}/vms", ["h1"]);
        await DoneAsync("PATCH", vm, web, ExampleOf("PATCH", vm));
        await DoneAsync("POST", $"{vm}/pause", web);
        await DoneAsync("POST", $"{vm}/resume", web);
        await SayAsync(201, "POST", "/v1/hosts", none, Host("away", 0));
        const string target = """{"host":"away"}""";
        await SayAsync(200, "POST", $"{vm}/migrate", web, target, "?validateOnly=true");
        await DoneAsync("POST", $"{vm}/migrate", web, target);
        await SayAsync(200, "POST", "/v1/hosts/{host}/drain", ["away"], ExampleOf("POST", "/v1/hosts/{host}/drain"), "?validateOnly=true");
        await DoneAsync("POST", "/v1/hosts/{host}/drain", ["away"], ExampleOf("POST", "/v1/hosts/{host}/drain"));
        await DoneAsync("POST", $"{vm}/reboot", web, ExampleOf("POST", $"{vm}/reboot"));
        await SayAsync(200, "GET", $"{vm}/console/log", web);
        await SayAsync(200, "GET", "/v1/reports/model", none);
        await DoneAsync("POST", $"{vm}/stop", web, ExampleOf("POST", $"{vm}/stop"));
        await DoneAsync("POST", $"{vm}/start", web);
        await SayAsync(200, "POST", "/v1/placements/explain", none, ExampleOf("POST", "/v1/placements/explain"));
        var placement = (await SayAsync(200, "GET", vm, web)).GetProperty("placement").GetString()!;
        await SayAsync(200, "GET", "/v1/placements/{placement}", [placement]);
        await DoneAsync("DELETE", vm, web);
    }

    private async Task PreemptionAsync()
    {
        var labels = new { only = "h4" };
        object Spec(int priority) => new
        {
            vcpus = 2, memoryMiB = 64, diskGiB = 1, preemptible = priority == 0, placement = new { priority, hostLabels = labels },
        };
        object Policy(bool? allowed) => new { policies = new { preemption = new { allowed } } };
        var host = new { name = "h4", driver = "SIMULATED", labels, capacity = new { vcpu = 2, memoryMiB = 4096, diskGiB = 50 } };
        await SayAsync(201, "POST", "/v1/hosts", none, host);
        await SayAsync(200, "PATCH", "/v1/pools/{pool}", ["default"], System.Text.Json.JsonSerializer.Serialize(Policy(null)));
        await DoneAsync("POST", "/v1/vms", none, System.Text.Json.JsonSerializer.Serialize(new { name = "lowly", spec = Spec(0) }));
        await SayAsync(409, "POST", "/v1/vms", none, new { name = "urgent-2", spec = Spec(9) });
        await SayAsync(200, "PATCH", "/v1/pools/{pool}", ["default"], Policy(true));
        await SayAsync(200, "POST", "/v1/placements/explain", none, new { spec = Spec(9) });
        await SayAsync(200, "POST", "/v1/vms", none, new { name = "urgent-2", spec = Spec(9) }, "?validateOnly=true");
        await DoneAsync("POST", "/v1/vms", none, System.Text.Json.JsonSerializer.Serialize(new { name = "urgent-2", spec = Spec(9) }));
        await SayAsync(409, "POST", "/v1/vms/{vm}/start", ["lowly"]);
        await SayAsync(200, "GET", "/v1/vms/{vm}", ["lowly"]);
        var placement = (await SayAsync(200, "GET", "/v1/vms/{vm}", ["urgent-2"])).GetProperty("placement").GetString()!;
        await SayAsync(200, "GET", "/v1/placements/{placement}", [placement]);
        await DoneAsync("DELETE", "/v1/vms/{vm}", ["urgent-2"]);
        await DoneAsync("DELETE", "/v1/vms/{vm}", ["lowly"]);
        await SayAsync(204, "DELETE", "/v1/hosts/{host}", ["h4"]);
    }

    private async Task RebalancingAsync()
    {
        const string plans = "/v1/pools/{pool}/rebalance-plans";
        foreach (var (_, example) in Examples(Operation("POST", plans)))
        {
            await SayAsync(201, "POST", plans, ["default"], example.GetRawText());
        }
        var made = await SayAsync(201, "POST", plans, ["default"], ExampleOf("POST", plans));
        string[] plan = ["default", made.GetProperty("id").GetString()!];
        await SayAsync(200, "GET", plans, ["default"], query: "?orderBy=createTime");
        await SayAsync(200, "GET", $"{plans}/{{plan}}", plan);
        await SayAsync(200, "POST", $"{plans}/{{plan}}/execute", plan, ExampleOf("POST", $"{plans}/{{plan}}/execute"), "?validateOnly=true");
        foreach (var (_, example) in Examples(Operation("POST", $"{plans}/{{plan}}/execute")))
        {
            await DoneAsync("POST", $"{plans}/{{plan}}/execute", plan, example.GetRawText());
        }
        await SayAsync(204, "DELETE", $"{plans}/{{plan}}", plan);
    }

    private async Task OperationsAsync()
    {
        await SayAsync(200, "POST", "/v1/hosts/{host}/uncordon", ["h2"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/activate", ["h2"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/cordon", ["h1"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/uncordon", ["h2"]);
        await SayAsync(200, "POST", "/v1/hosts/{host}/activate", ["h2"]);
        var slow = await SayAsync(202, "POST", "/v1/vms", none, new { name = "slow", spec = new { vcpus = 1, memoryMiB = 64 } });
        string[] op = [slow.GetProperty("id").GetString()!];
        await SayAsync(409, "POST", "/v1/vms/{vm}/stop", ["slow"]);
        await SayAsync(200, "GET", "/v1/operations", none);
        await SayAsync(200, "GET", "/v1/operations/{op}", op);
        await SayAsync(200, "GET", "/v1/operations/{op}/events", op);
        await DoneAsync("POST", "/v1/operations/{op}/cancel", op);
        var waits = new { vcpus = 8, memoryMiB = 64, placement = new { onNoCapacity = "QUEUE", queueDeadlineSeconds = 60, zone = "z1" } };
        var queued = await SayAsync(202, "POST", "/v1/vms", none, new { name = "waits", spec = waits });
        await SayAsync(200, "GET", "/v1/operations/{op}", [queued.GetProperty("id").GetString()!]);
        await SayAsync(200, "GET", "/v1/operations", none);
        await DoneAsync("POST", "/v1/operations/{op}/cancel", [queued.GetProperty("id").GetString()!]);
        await SayAsync(409, "POST", "/v1/operations/{op}/cancel", op);
    }

    private static object Host(string name, int startLatencyMs) => new
    {
        name, driver = "SIMULATED", capacity = new { vcpu = 8, memoryMiB = 8192, diskGiB = 100 }, simulation = new { startLatencyMs },
    };

    private Task<JsonElement> SayAsync(int status, string verb, string path, string[] values, object? body = null, string query = "") =>
        conversation.SayAsync(status, verb, path, values, body, query);

    private async Task DoneAsync(string verb, string path, string[] values, string? body = null)
    {
        using var content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue(
            verb == "PATCH" ? "application/merge-patch+json" : "application/json"));
        var operation = await conversation.SendAsync(200, verb, path, values, content, "", ("Prefer", "wait=60"));
        Assert.True(operation.GetProperty("done").GetBoolean());
        var end = path.EndsWith("/cancel", StringComparison.Ordinal) ? "CANCELLED" : "SUCCEEDED";
        Assert.Equal(end, operation.GetProperty("state").GetString());
    }

    private async Task UploadAsync(string path, string image, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        await conversation.SendAsync(200, "PUT", path, [image], content);
    }

    private JsonElement Operation(string verb, string path) =>
        service.Root.GetProperty("paths").GetProperty(path).GetProperty(verb.ToLowerInvariant());

    private string ExampleOf(string verb, string path) => Examples(Operation(verb, path)).First().Example.GetRawText();

    private static bool TakesJson(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").EnumerateObject().Any(content => content.Name.EndsWith("json", StringComparison.Ordinal));

    private static StringContent? Example(JsonElement operation)
    {
        if (!TakesJson(operation)) { return null; }
        var type = operation.GetProperty("requestBody").GetProperty("content").EnumerateObject().First().Name;
        return new(Examples(operation).First().Example.GetRawText(), new MediaTypeHeaderValue(type));
    }

    private static IEnumerable<(JsonElement Schema, JsonElement Example)> Examples(JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body)) { yield break; }
        foreach (var content in body.GetProperty("content").EnumerateObject())
        {
            if (!content.Value.TryGetProperty("examples", out var examples)) { continue; }
            foreach (var example in examples.EnumerateObject())
            {
                yield return (content.Value.GetProperty("schema"), example.Value.GetProperty("value"));
            }
        }
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
