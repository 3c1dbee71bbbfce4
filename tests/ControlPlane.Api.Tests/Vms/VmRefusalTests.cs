using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Api.Tests.Vms;

/// <summary>Every way a call about a VM may be refused, and that nothing has changed afterwards.</summary>
public sealed class VmRefusalTests(SmallFleet service) : IClassFixture<SmallFleet>
{
    private const string Shape = "\"vcpus\":1,\"memoryMiB\":256,\"diskGiB\":1";

    public static TheoryData<string, string> BadBodies => new()
    {
        { "", "" },
        { "null", "" },
        { "[]", "" },
        { "\"web-1\"", "" },
        { "{", "" },
        { "{\"name\":\"a\",\"name\":\"b\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\"}", "spec" },
        { "{\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\",\"spec\":{" + Shape + "},\"colour\":\"red\"}", "colour" },
        { "{\"name\":\"a\",\"spec\":{" + Shape + ",\"vcpu\":2}}", "spec.vcpu" },
        { "{\"name\":7,\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":null,\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\",\"pool\":null,\"spec\":{" + Shape + "}}", "pool" },
        { "{\"name\":\"a\",\"pool\":\"\",\"spec\":{" + Shape + "}}", "pool" },
        { "{\"name\":\"\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"Web-1\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"-a\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"../a\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"..\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a/b\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\\u0000b\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\\n\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"" + new string('a', 64) + "\",\"spec\":{" + Shape + "}}", "name" },
        { "{\"name\":\"a\",\"spec\":null}", "spec" },
        { "{\"name\":\"a\",\"spec\":[]}", "spec" },
    };

    public static TheoryData<string, string> BadSpecs => new()
    {
        { "\"vcpus\":0,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":-1,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":1.5,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":1.0,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":1e2,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":\"2\",\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":true,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":null,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":[],\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":1025,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":2147483648,\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":99999999999999999999999999999999999999999,\"memoryMiB\":256", "spec.vcpus" },
        { "\"memoryMiB\":256", "spec.vcpus" },
        { "\"vcpus\":1", "spec.memoryMiB" },
        { "\"vcpus\":1,\"memoryMiB\":0", "spec.memoryMiB" },
        { "\"vcpus\":1,\"memoryMiB\":-512", "spec.memoryMiB" },
        { "\"vcpus\":1,\"memoryMiB\":9223372036854775807", "spec.memoryMiB" },
        { "\"vcpus\":1,\"memoryMiB\":9223372036854775808", "spec.memoryMiB" },
        { Shape.Replace("\"diskGiB\":1", "\"diskGiB\":0", StringComparison.Ordinal), "spec.diskGiB" },
        { Shape.Replace("\"diskGiB\":1", "\"diskGiB\":-4", StringComparison.Ordinal), "spec.diskGiB" },
        { Shape.Replace("\"diskGiB\":1", "\"diskGiB\":0.5", StringComparison.Ordinal), "spec.diskGiB" },
        { Shape + ",\"engine\":\"KVM\"", "spec.engine" },
        { Shape + ",\"engine\":1", "spec.engine" },
        { Shape + ",\"engine\":\"any\"", "spec.engine" },
        { Shape + ",\"restartPolicy\":\"SOMETIMES\"", "spec.restartPolicy" },
        { Shape + ",\"desiredState\":\"PAUSED\"", "spec.desiredState" },
        { Shape + ",\"isolation\":{\"level\":\"CAPPED\"}", "spec.isolation.level" },
        { Shape + ",\"placement\":{\"numa\":{\"nodes\":0}}", "spec.placement.numa.nodes" },
        { Shape + ",\"placement\":{\"numa\":{\"nodes\":3}}", "spec.placement.numa.nodes" },
        { Shape + ",\"placement\":{\"cpuFeatures\":[\"avx2\",\"avx2\"]}", "spec.placement.cpuFeatures[1]" },
        { Shape + ",\"placement\":{\"algorithm\":\"BEST\"}", "spec.placement.algorithm" },
        { Shape + ",\"placement\":{\"zones\":\"z1\"}", "spec.placement.zones" },
        { Shape + ",\"placement\":{\"onNoCapacity\":\"WAIT\"}", "spec.placement.onNoCapacity" },
        { Shape + ",\"placement\":{\"affinityGroup\":\"\"}", "spec.placement.affinityGroup" },
        { Shape + ",\"extraResources\":{\"gpu\":0}", "spec.extraResources.gpu" },
        { Shape + ",\"extraResources\":{\"gpu\":-1}", "spec.extraResources.gpu" },
        { Shape + ",\"extraResources\":{\"gpu\":0.5}", "spec.extraResources.gpu" },
        { Shape + ",\"extraResources\":{\"gpu\":1e400}", "spec.extraResources.gpu" },
        { Shape + ",\"extraResources\":{\"vcpu\":1}", "spec.extraResources.vcpu" },
        { Shape + ",\"extraResources\":{\"../gpu\":1}", "spec.extraResources.../gpu" },
        { Shape + ",\"cloudInit\":{\"userData\":\"" + new string('x', 70_000) + "\"}", "spec.cloudInit.userData" },
    };

    public static TheoryData<string, string, int, string> Refused => new()
    {
        { "runs", Shape, 409, "already-exists" },
        { "new", Shape + ",\"image\":\"nothing\"", 404, "not-found" },
        { "new", Shape + ",\"image\":\"../../etc/passwd\"", 404, "not-found" },
        { "new", Shape + ",\"image\":\"empty\"", 409, "invalid-state" },
        { "new", Shape + ",\"extraResources\":{\"gpu\":1}", 404, "unknown-resource-class" },
        { "new", "\"vcpus\":9,\"memoryMiB\":256", 422, "exceeds-every-host" },
        { "new", "\"vcpus\":1,\"memoryMiB\":16777216", 422, "exceeds-every-host" },
        { "new", "\"vcpus\":1,\"memoryMiB\":256,\"diskGiB\":101", 422, "exceeds-every-host" },
        { "new", "\"vcpus\":5,\"memoryMiB\":256", 409, "insufficient-capacity" },
        { "new", Shape + ",\"placement\":{\"zone\":\"nowhere\"}", 400, "validation-failed" },
    };

    public static TheoryData<string, string, string?, int, string> Acts => new()
    {
        { "POST", "/v1/vms/nothing/start", null, 404, "not-found" },
        { "POST", "/v1/vms/nothing/stop", null, 404, "not-found" },
        { "DELETE", "/v1/vms/nothing", null, 404, "not-found" },
        { "DELETE", "/v1/vms/..%2f..%2fetc", null, 404, "not-found" },
        { "PATCH", "/v1/vms/nothing", "{\"spec\":{\"vcpus\":1}}", 404, "not-found" },
        { "GET", "/v1/vms/nothing", null, 404, "not-found" },
        { "GET", "/v1/vms/vm_00000000000000000000000000", null, 404, "not-found" },
        { "GET", "/v1/vms/..%2f..%2fetc%2fpasswd", null, 404, "not-found" },
        { "GET", "/v1/vms/nothing/console/log", null, 404, "not-found" },
        { "POST", "/v1/vms/runs/start", null, 409, "invalid-state" },
        { "POST", "/v1/vms/runs/resume", null, 409, "invalid-state" },
        { "POST", "/v1/vms/halted/stop", null, 409, "invalid-state" },
        { "POST", "/v1/vms/halted/pause", null, 409, "invalid-state" },
        { "POST", "/v1/vms/halted/resume", null, 409, "invalid-state" },
        { "POST", "/v1/vms/halted/reboot", null, 409, "invalid-state" },
        { "POST", "/v1/vms/runs/stop", "{\"mode\":\"GENTLE\"}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/stop", "{\"mode\":\"FORCED\",\"now\":true}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/stop", "{\"timeoutSeconds\":0}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/stop", "{\"timeoutSeconds\":1.5}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/reboot", "{\"mode\":7}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/reboot", "{\"timeoutSeconds\":99999}", 400, "validation-failed" },
        { "POST", "/v1/vms/runs/explode", null, 404, "not-found" },
        { "PUT", "/v1/vms/runs", "{}", 405, "method-not-allowed" },
        { "PATCH", "/v1/vms/runs", "{\"spec\":{\"vcpus\":2}}", 409, "invalid-state" },
        { "PATCH", "/v1/vms/runs", "{\"spec\":{\"memoryMiB\":512}}", 409, "invalid-state" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"vcpus\":0}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"vcpus\":null}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"vcpu\":1}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"name\":\"other\"}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":null}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "[]", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"image\":\"empty\"}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"engine\":\"SOFTWARE\"}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"placement\":{\"zone\":\"z2\"}}}", 400, "validation-failed" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"vcpus\":5}}", 409, "insufficient-capacity" },
        { "PATCH", "/v1/vms/halted", "{\"spec\":{\"extraResources\":{\"gpu\":1}}}", 404, "unknown-resource-class" },
        { "GET", "/v1/vms?pageSize=0", null, 400, "validation-failed" },
        { "GET", "/v1/vms?pageSize=1001", null, 400, "validation-failed" },
        { "GET", "/v1/vms?pageToken=nonsense", null, 400, "validation-failed" },
        { "GET", "/v1/vms?filter=colour%20%3D%20red", null, 400, "validation-failed" },
        { "GET", "/v1/vms?filter=state%20%3D", null, 400, "validation-failed" },
        { "GET", "/v1/vms?orderBy=colour", null, 400, "validation-failed" },
        { "GET", "/v1/vms?page=2", null, 400, "validation-failed" },
        { "POST", "/v1/vms/runs/pause?validateonly=maybe", null, 400, "validation-failed" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_of_another_shape_is_refused_by_the_name_of_what_is_wrong(string body, string field) =>
        await RefusedForAsync(body, field);

    [Theory]
    [MemberData(nameof(BadSpecs))]
    public async Task A_spec_out_of_bounds_is_refused_by_the_name_of_what_is_wrong(string spec, string field) =>
        await RefusedForAsync($"{{\"name\":\"new\",\"spec\":{{{spec}}}}}", field);

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_create_that_cannot_be_is_refused_tried_or_not(string name, string spec, int status, string code)
    {
        var body = $"{{\"name\":\"{name}\",\"spec\":{{{spec}}}}}";
        await UnchangedAsync(status, code, () => service.PostAsync("/v1/vms", body));
        await UnchangedAsync(status, code, () => service.PostAsync("/v1/vms?validateOnly=true", body));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task An_act_that_cannot_be_is_refused(string method, string path, string? body, int status, string code) =>
        await UnchangedAsync(status, code, () => service.SendAsync(new HttpMethod(method), path, body));

    [Theory]
    [InlineData("POST", "/v1/vms/busy/start")]
    [InlineData("POST", "/v1/vms/busy/stop")]
    [InlineData("POST", "/v1/vms/busy/reboot")]
    [InlineData("POST", "/v1/vms/busy/pause")]
    [InlineData("POST", "/v1/vms/busy/resume")]
    [InlineData("DELETE", "/v1/vms/busy")]
    [InlineData("PATCH", "/v1/vms/busy")]
    public async Task A_busy_VM_refuses_the_next_operation_with_the_link_of_the_first(string method, string path)
    {
        var busy = (await service.GetAsync("/v1/vms/busy")).GetProperty("status").GetProperty("currentOperation").GetString();
        var body = method == "PATCH" ? "{\"spec\":{\"restartPolicy\":\"NEVER\"}}" : null;

        var problem = await UnchangedAsync(409, "operation-in-progress", () => service.SendAsync(new HttpMethod(method), path, body));

        Assert.Equal($"/v1/operations/{busy}", problem.GetProperty("operation").GetString());
        Assert.Equal("AFTER_DELAY", problem.GetProperty("retry").GetString());
    }

    [Theory]
    [InlineData(422, "exceeds-every-host", 9, "TOO_SMALL")]
    [InlineData(409, "insufficient-capacity", 5, "NOT_NOW")]
    public async Task A_refusal_for_want_of_room_says_of_each_host_why(int status, string code, int vcpus, string verdict)
    {
        using var response = await service.PostAsync("/v1/vms", new { name = "new", spec = new { vcpus, memoryMiB = 256 } });

        var problem = await ServiceFixture.RefusedAsync(status, code, response);

        Assert.Equal(status == 409, response.Headers.RetryAfter is not null);
        var placement = problem.GetProperty("placement");
        Assert.Equal(JsonValueKind.Null, placement.GetProperty("chosen").ValueKind);
        var first = placement.GetProperty("hosts").EnumerateArray().Single(host => host.GetProperty("name").GetString() == "h1");
        Assert.False(first.GetProperty("fits").GetBoolean());
        Assert.Contains(first.GetProperty("checks").EnumerateArray(), check => check.GetProperty("verdict").GetString() == verdict);
    }

    [Fact]
    public async Task A_pool_without_room_refuses_and_says_which()
    {
        var body = new { name = "new", pool = "small", spec = new { vcpus = 2, memoryMiB = 256 } };

        var problem = await UnchangedAsync(409, "insufficient-resources", () => service.PostAsync("/v1/vms", body));

        Assert.Contains("'small'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("pool_00000000000000000000000000")]
    [InlineData("../default")]
    public async Task An_unknown_pool_is_not_found(string pool) => await UnchangedAsync(404, "not-found",
        () => service.PostAsync("/v1/vms", new { name = "new", pool, spec = new { vcpus = 1, memoryMiB = 256 } }));

    [Fact]
    public async Task JSON_deeper_than_anybody_needs_is_refused() => await UnchangedAsync(400, "validation-failed", () => service.PostAsync(
        "/v1/vms", "{\"name\":\"new\",\"spec\":" + string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_001)));

    [Fact]
    public async Task A_body_over_one_mebibyte_is_too_large()
    {
        var cloudInit = new { userData = new string('x', 1024 * 1024) };
        var body = new { name = "new", spec = new { vcpus = 1, memoryMiB = 256, cloudInit } };

        await UnchangedAsync(413, "payload-too-large", () => service.PostAsync("/v1/vms", body));
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused()
    {
        using var content = new StringContent("name: new", Encoding.UTF8, "application/yaml");
        await UnchangedAsync(415, "unsupported-media-type", () => service.Client.PostAsync("/v1/vms", content));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not-the-token")]
    [InlineData("test-token-012345678")]
    [InlineData("TEST-TOKEN-0123456789")]
    public async Task Nobody_without_the_right_token_sees_or_changes_a_VM(string? token)
    {
        using var stranger = service.NewClient(token);
        await UnchangedAsync(401, "unauthenticated", () => stranger.GetAsync("/v1/vms"));
        await UnchangedAsync(401, "unauthenticated", () => stranger.GetAsync("/v1/vms/nothing"));
        await UnchangedAsync(401, "unauthenticated", () => stranger.PostAsync("/v1/vms/runs/stop", null));
        await UnchangedAsync(401, "unauthenticated", () => stranger.DeleteAsync("/v1/vms/runs"));
        using var create = new StringContent("{", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        await UnchangedAsync(401, "unauthenticated", () => stranger.PostAsync("/v1/vms", create));
    }

    [Theory]
    [InlineData("DELETE", null)]
    [InlineData("PATCH", "{\"spec\":{\"restartPolicy\":\"NEVER\"}}")]
    public async Task A_stale_etag_refuses_the_change(string method, string? body)
    {
        await UnchangedAsync(412, "etag-mismatch",
            () => service.SendAsync(new HttpMethod(method), "/v1/vms/halted", body, ("If-Match", "\"999999\"")));
        await UnchangedAsync(412, "etag-mismatch",
            () => service.SendAsync(new HttpMethod(method), "/v1/vms/halted?validateOnly=true", body, ("If-Match", "\"999999\"")));
    }

    [Theory]
    [InlineData("POST", "/v1/vms", "{\"name\":\"new\",\"spec\":{" + Shape + "}}")]
    [InlineData("POST", "/v1/vms/halted/start", null)]
    [InlineData("POST", "/v1/vms/runs/stop", "{\"mode\":\"FORCED\"}")]
    [InlineData("POST", "/v1/vms/runs/pause", null)]
    [InlineData("POST", "/v1/vms/runs/reboot", null)]
    [InlineData("DELETE", "/v1/vms/runs", null)]
    [InlineData("PATCH", "/v1/vms/halted", "{\"spec\":{\"vcpus\":1}}")]
    public async Task A_call_that_is_only_tried_writes_nothing(string method, string path, string? body)
    {
        var before = await Standing.ReadAsync(service);

        using var response = await service.SendAsync(
            new HttpMethod(method), $"{path}?validateOnly=true", body, ("Prefer", "wait=5"), ("Idempotency-Key", "tried"));

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.Equal(before, await Standing.ReadAsync(service));
    }

    private async Task RefusedForAsync(string body, string field)
    {
        var problem = await UnchangedAsync(400, "validation-failed", () => service.PostAsync("/v1/vms", body));
        var errors = problem.GetProperty("errors");
        Assert.True(errors.TryGetProperty(field, out var faults), $"no '{field}' in {errors}");
        Assert.All(faults.EnumerateArray(), fault => Assert.False(string.IsNullOrWhiteSpace(fault.GetString())));
    }

    private async Task<JsonElement> UnchangedAsync(int status, string code, Func<Task<HttpResponseMessage>> call)
    {
        var before = await Standing.ReadAsync(service);
        using var response = await call();
        var problem = await ServiceFixture.RefusedAsync(status, code, response);
        Assert.Equal(before, await Standing.ReadAsync(service));
        return problem;
    }
}
