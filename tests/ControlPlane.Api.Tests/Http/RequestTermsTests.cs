using System.Net;
using System.Text.Json;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Tests.Http;

public sealed class RequestTermsTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    private const string Good = """{"name":"x","spec":{"count":1}}""";

    private readonly HttpTestApp app = fixture.App;

    [Fact]
    public async Task The_terms_say_who_asks_and_under_which_trace()
    {
        var terms = await TermsAsync("/v1/crates", Good);
        Assert.Equal("token:tests", terms.GetProperty("actor").GetString());
        Assert.Equal("default", terms.GetProperty("project").GetString());
        Assert.NotEmpty(terms.GetProperty("traceId").GetString()!);
        Assert.Equal(JsonValueKind.Null, terms.GetProperty("idempotencyKey").ValueKind);
        Assert.False(terms.GetProperty("validateOnly").GetBoolean());
    }

    [Fact]
    public async Task The_hash_is_the_same_for_the_same_call_however_it_is_spelt()
    {
        var plain = await HashAsync("/v1/crates", Good);
        Assert.Matches("^[0-9a-f]{64}$", plain);
        Assert.Equal(plain, await HashAsync("/v1/crates", """  {"spec" : {"count":1},   "name":"\u0078"} """));
        Assert.Equal(plain, await HashAsync("/v1/crates?validateOnly=true", Good));
        Assert.NotEqual(plain, await HashAsync("/v1/crates", Good.Replace("\"x\"", "\"y\"", StringComparison.Ordinal)));
        Assert.NotEqual(plain, await HashAsync("/v1/crates/y/open", "{}"));
        Assert.NotEqual(await HashAsync("/v1/crates/z/open", "{}"), await HashAsync("/v1/crates/y/open", "{}"));
    }

    [Fact]
    public async Task A_call_without_a_key_has_no_hash() =>
        Assert.Equal("", (await TermsAsync("/v1/crates", Good)).GetProperty("requestHash").GetString());

    [Theory]
    [InlineData("delete\u007f")]
    [InlineData("with\ttab")]
    [InlineData("ключ")]
    public async Task A_key_that_is_no_key_is_refused(string key) => await RefusedAsync("Idempotency-Key", key);

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        var longest = new string('k', 255);
        var terms = await TermsAsync("/v1/crates", Good, ("Idempotency-Key", longest));
        Assert.Equal(longest, terms.GetProperty("idempotencyKey").GetString());
        await RefusedAsync("Idempotency-Key", new string('k', 256));
    }

    [Theory]
    [InlineData("\"7\"", 7L)]
    [InlineData("*", null)]
    [InlineData("\"abc\"", -1L)]
    [InlineData("\"-7\"", -1L)]
    [InlineData("\"99999999999999999999\"", -1L)]
    public async Task If_match_is_a_version_or_anything(string tag, long? version)
    {
        var ifMatch = (await TermsAsync("/v1/crates", Good, ("If-Match", tag))).GetProperty("ifMatch");
        Assert.Equal(version, ifMatch.ValueKind == JsonValueKind.Null ? null : ifMatch.GetInt64());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("W/\"7\"")]
    [InlineData("\"7\", \"8\"")]
    [InlineData("\"7")]
    [InlineData("\"")]
    public async Task An_if_match_that_is_no_tag_is_refused(string tag) => await RefusedAsync("If-Match", tag);

    [Theory]
    [InlineData("wait=5", 5)]
    [InlineData("respond-async, WAIT = 7 ; x=1", 7)]
    [InlineData("wait=\"9\"", 9)]
    [InlineData("wait=120", 120)]
    [InlineData("wait=121", 120)]
    [InlineData("wait=999999999999", 120)]
    [InlineData("wait=0", 0)]
    [InlineData("handling=strict", null)]
    public async Task A_wait_is_honoured_up_to_two_minutes(string prefer, int? seconds)
    {
        var wait = (await TermsAsync("/v1/crates", Good, ("Prefer", prefer))).GetProperty("wait");
        Assert.Equal(seconds, wait.ValueKind == JsonValueKind.Null ? null : (int)TimeSpan.Parse(wait.GetString()!).TotalSeconds);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=-1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=long")]
    public async Task A_wait_that_is_no_number_is_refused(string prefer) => await RefusedAsync("Prefer", prefer);

    [Theory]
    [InlineData("?validateOnly=true", true)]
    [InlineData("?validateOnly=false", false)]
    [InlineData("", false)]
    public async Task Validate_only_is_a_flag(string query, bool expected) =>
        Assert.Equal(expected, (await TermsAsync("/v1/crates" + query, Good)).GetProperty("validateOnly").GetBoolean());

    [Theory]
    [InlineData("?validateOnly=1", "validateOnly", "must be true or false")]
    [InlineData("?validateOnly", "validateOnly", "must be true or false")]
    [InlineData("?validateOnly=true&validateOnly=false", "validateOnly", "must be true or false")]
    [InlineData("?validateonly=true", "validateonly", "did you mean 'validateOnly'?")]
    [InlineData("?dryRun=true", "dryRun", "known are validateOnly")]
    public async Task A_query_that_is_not_understood_is_refused(string query, string name, string fault)
    {
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates" + query, Good), ProblemCode.ValidationFailed);
        Assert.Contains(fault, problem.GetProperty("errors").GetProperty(name).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/crates?pagesize=5", "pagesize", "did you mean 'pageSize'?")]
    [InlineData("/v1/crates?pageSize=0", "pageSize", "between 1 and 1000")]
    [InlineData("/v1/crates?pageSize=1001", "pageSize", "between 1 and 1000")]
    [InlineData("/v1/crates?pageSize=ten", "pageSize", "between 1 and 1000")]
    [InlineData("/v1/crates?pageSize=5&pageSize=6", "pageSize", "stands more than once")]
    [InlineData("/v1/crates?depth=x", "depth", "cannot be read")]
    [InlineData("/v1/crates/kept?x=1", "x", "this call takes no query")]
    public async Task A_list_refuses_a_query_it_does_not_understand(string path, string name, string fault)
    {
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("GET", path), ProblemCode.ValidationFailed);
        Assert.Contains(fault, problem.GetProperty("errors").GetProperty(name).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_takes_what_it_declares()
    {
        var response = await app.SendAsync("GET", "/v1/crates?pageSize=1000&pageToken=t&filter=f&orderBy=o&depth=3");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"list":{"pageSize":1000,"pageToken":"t","filter":"f","orderBy":"o"},"depth":3}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Faults_of_body_query_and_headers_come_together()
    {
        var response = await app.SendAsync(
            "POST", "/v1/crates?validateOnly=x&y=1", """{"nmae":1}""",
            headers: [("Prefer", "wait=x"), ("If-Match", "7"), ("Idempotency-Key", "a\tb")]);
        var problem = await HttpTestApp.ProblemAsync(response, ProblemCode.ValidationFailed);
        Assert.Equal(
            ["Idempotency-Key", "If-Match", "Prefer", "name", "nmae", "spec", "validateOnly", "y"],
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    private async Task<JsonElement> TermsAsync(string path, string body, params (string, string)[] headers)
    {
        var response = await app.SendAsync("POST", path, body, headers: headers);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("terms");
    }

    private async Task<string> HashAsync(string path, string body) =>
        (await TermsAsync(path, body, ("Idempotency-Key", "k"))).GetProperty("requestHash").GetString()!;

    private async Task RefusedAsync(string header, string value)
    {
        var response = await app.SendAsync("POST", "/v1/crates", Good, headers: (header, value));
        var problem = await HttpTestApp.ProblemAsync(response, ProblemCode.ValidationFailed);
        Assert.True(problem.GetProperty("errors").TryGetProperty(header, out _), problem.ToString());
    }
}
