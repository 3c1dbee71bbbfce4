using System.Net;
using System.Text.Json;
using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Api.Tests.Http;

public sealed class ProblemTests : IAsyncLifetime
{
    private HttpTestApp app = null!;

    public static TheoryData<string, int, string> Contract => new()
    {
        { "validation-failed", 400, "AFTER_CHANGE" }, { "unauthenticated", 401, "AFTER_CHANGE" },
        { "permission-denied", 403, "NEVER" },
        { "not-found", 404, "AFTER_CHANGE" }, { "unknown-resource-class", 404, "AFTER_CHANGE" }, { "method-not-allowed", 405, "NEVER" },
        { "conflict", 409, "NOW" }, { "already-exists", 409, "AFTER_CHANGE" }, { "insufficient-capacity", 409, "AFTER_DELAY" },
        { "exceeds-every-host", 422, "NEVER" },
        { "insufficient-resources", 409, "AFTER_CHANGE" }, { "quota-exceeded", 409, "AFTER_CHANGE" },
        { "operation-in-progress", 409, "AFTER_DELAY" },
        { "invalid-state", 409, "AFTER_CHANGE" }, { "revision-expired", 410, "AFTER_CHANGE" },
        { "etag-mismatch", 412, "AFTER_CHANGE" }, { "idempotency-mismatch", 422, "AFTER_CHANGE" }, { "payload-too-large", 413, "NEVER" },
        { "unsupported-media-type", 415, "AFTER_CHANGE" }, { "rate-limited", 429, "AFTER_DELAY" }, { "unavailable", 503, "AFTER_DELAY" },
        { "unknown-certificate", 401, "AFTER_CHANGE" }, { "certificate-revoked", 401, "AFTER_CHANGE" },
        { "certificate-expired", 401, "AFTER_CHANGE" }, { "join-token-invalid", 401, "AFTER_CHANGE" },
        { "join-token-expired", 403, "AFTER_CHANGE" }, { "join-token-used", 409, "AFTER_CHANGE" },
        { "foreign-host", 403, "NEVER" }, { "foreign-vm", 403, "NEVER" }, { "foreign-image", 403, "NEVER" },
        { "old-incarnation", 409, "NEVER" }, { "revision-ahead", 409, "AFTER_CHANGE" }, { "console-elsewhere", 409, "NEVER" },
        { "storage-full", 507, "AFTER_DELAY" }, { "internal", 500, "AFTER_DELAY" },
    };

    public async Task InitializeAsync() => app = await HttpTestApp.StartAsync(v1 =>
    {
        foreach (var code in ProblemCode.All)
        {
            v1.MapGet($"/problems/{code}", () => Answers.Of(new Problem(code, "It is so.") { Errors = ErrorsOf(code) }));
        }

        v1.MapGet("/problems/later", () => Answers.Of(new Problem(ProblemCode.Unavailable, "Not now.") { RetryAfterSeconds = 77 }));
    });

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [MemberData(nameof(Contract))]
    public async Task Each_code_has_its_status_and_advice(string text, int status, string retry)
    {
        var code = ProblemCode.All.Single(code => code.Text == text);
        var response = await app.SendAsync("GET", $"/v1/problems/{text}");
        var problem = await HttpTestApp.ProblemAsync(response, code);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(retry, problem.GetProperty("retry").GetString());
        Assert.Equal(code.Retry == RetryAdvice.AfterDelay && code != ProblemCode.Internal, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_problem_may_name_its_own_delay() =>
        Assert.Equal("77", (await app.SendAsync("GET", "/v1/problems/later")).Headers.RetryAfter!.ToString());

    [Fact]
    public async Task A_problem_carries_its_further_members_and_never_overwrites_its_own()
    {
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("GET", "/v1/crates/none"), ProblemCode.NotFound);
        Assert.Equal("kept", problem.GetProperty("near").GetString());
        Assert.Equal("There is no crate 'none'.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", "not-found")]
    [InlineData("GET", "/nothing", "not-found")]
    [InlineData("GET", "/openapi/v9.json", "not-found")]
    [InlineData("DELETE", "/v1/crates", "method-not-allowed")]
    [InlineData("POST", "/healthz", "method-not-allowed")]
    public async Task What_the_framework_refuses_is_a_problem_too(string method, string path, string code) =>
        await HttpTestApp.ProblemAsync(await app.SendAsync(method, path), ProblemCode.All.Single(known => known.Text == code));

    [Theory]
    [InlineData("fault", "internal")]
    [InlineData("slow", "unavailable")]
    [InlineData("full", "storage-full")]
    public async Task A_fault_says_nothing_of_the_inside(string crate, string code)
    {
        var response = await app.SendAsync("GET", $"/v1/crates/{crate}");
        var problem = await HttpTestApp.ProblemAsync(response, ProblemCode.All.Single(known => known.Text == code));
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task An_answer_carries_etag_location_and_applied_preference()
    {
        var created = await app.SendAsync("POST", "/v1/crates", """{"name":"x","spec":{"count":1}}""");
        Assert.Equal("/v1/crates/x", created.Headers.Location!.ToString());
        Assert.Equal("\"7\"", created.Headers.ETag!.ToString());
        Assert.Equal("application/json; charset=utf-8", created.Content.Headers.ContentType!.ToString());
        var raw = await app.SendAsync("GET", "/v1/crates/raw");
        Assert.Equal("wait=5", raw.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal("""{"kept":1}""", await raw.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_beyond_the_limit_is_told_to_come_later()
    {
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var small = await HttpTestApp.StartAsync(
            v1 => v1.MapGet("/hold", async () =>
            {
                entered.SetResult();
                await leave.Task;
            }),
            settings: [("ControlPlane:Http:MaxConcurrentRequests", "1"), ("ControlPlane:Http:MaxQueuedRequests", "0")]);
        var held = small.SendAsync("GET", "/v1/hold");
        await entered.Task;
        var refused = await small.SendAsync("GET", "/v1/crates/kept");
        await HttpTestApp.ProblemAsync(refused, ProblemCode.RateLimited);
        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await small.SendAsync("GET", "/healthz")).StatusCode);
        leave.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await small.SendAsync("GET", "/v1/crates/kept")).StatusCode);
    }

    private static Dictionary<string, string[]>? ErrorsOf(ProblemCode code) =>
        code == ProblemCode.ValidationFailed ? new() { ["spec.vcpus"] = ["is required"] } : null;
}
