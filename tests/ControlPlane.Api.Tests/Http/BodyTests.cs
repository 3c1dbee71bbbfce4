using System.Net;
using System.Text;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Tests.Http;

public sealed class BodyTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    private const string Good = """{"name":"x","spec":{"count":1}}""";

    private readonly HttpTestApp app = fixture.App;

    [Fact]
    public async Task A_good_body_arrives_whole()
    {
        var response = await app.SendAsync("POST", "/v1/crates", """
            {"name":"x","note":null,"labels":{"Any.Key/x":"v"},"items":[{"title":"t","pieces":2}],
             "amounts":{"gpu":9007199254740993},"size":"LARGE",
             "spec":{"count":2147483647,"weight":-1,"ratio":0.5,"locked":true,"colour":"DARK_BLUE","due":"2026-11-23T06:00:00.5+01:00",
             "tag":"11111111-2222-3333-4444-555555555555"}}
            """);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        Assert.Contains("\"due\":\"2026-11-23T05:00:00.5Z\"", text, StringComparison.Ordinal);
        Assert.Contains("\"colour\":\"DARK_BLUE\"", text, StringComparison.Ordinal);
        Assert.Contains("\"gpu\":9007199254740993", text, StringComparison.Ordinal);
        Assert.Contains("\"Any.Key/x\":\"v\"", text, StringComparison.Ordinal);
        Assert.Contains("\"note\":null", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"x","spec":{"count":1},"nmae":1}""", "nmae", "did you mean 'name'?")]
    [InlineData("""{"name":"x","spec":{"count":1,"Count":2}}""", "spec.Count", "did you mean 'count'?")]
    [InlineData("""{"name":"x","spec":{"count":1,"bogusmember":2}}""", "spec.bogusmember", "known are colour, count, due")]
    [InlineData("""{"name":"x","spec":{}}""", "spec.count", "is required")]
    [InlineData("{}", "spec", "is required")]
    [InlineData("""{"name":"x","spec":null}""", "spec", "must not be null")]
    [InlineData("""{"name":null,"spec":{"count":1}}""", "name", "must not be null")]
    [InlineData("""{"name":5,"spec":{"count":1}}""", "name", "must be text")]
    [InlineData("""{"name":"x","spec":[]}""", "spec", "must be an object")]
    [InlineData("""{"name":"x","spec":"y"}""", "spec", "must be an object")]
    [InlineData("""{"name":"x","spec":{"count":1.5}}""", "spec.count", "must be a whole number")]
    [InlineData("""{"name":"x","spec":{"count":1.0}}""", "spec.count", "must be a whole number")]
    [InlineData("""{"name":"x","spec":{"count":1e3}}""", "spec.count", "must be a whole number")]
    [InlineData("""{"name":"x","spec":{"count":2147483648}}""", "spec.count", "must be between -2147483648 and 2147483647")]
    [InlineData("""{"name":"x","spec":{"count":99999999999999999999999999999999999999999999999}}""", "spec.count", "must be between")]
    [InlineData("""{"name":"x","spec":{"count":"1"}}""", "spec.count", "must be a whole number")]
    [InlineData("""{"name":"x","spec":{"count":null}}""", "spec.count", "must not be null")]
    [InlineData("""{"name":"x","spec":{"count":1,"weight":9223372036854775808}}""", "spec.weight", "must be between")]
    [InlineData("""{"name":"x","spec":{"count":1,"ratio":"1"}}""", "spec.ratio", "must be a number")]
    [InlineData("""{"name":"x","spec":{"count":1,"ratio":1e999}}""", "spec.ratio", "is too large a number")]
    [InlineData("""{"name":"x","spec":{"count":1,"locked":"true"}}""", "spec.locked", "must be true or false")]
    [InlineData("""{"name":"x","spec":{"count":1,"colour":"dark_blue"}}""", "spec.colour", "must be one of RED, DARK_BLUE")]
    [InlineData("""{"name":"x","spec":{"count":1,"colour":1}}""", "spec.colour", "must be one of RED, DARK_BLUE")]
    [InlineData("""{"name":"x","spec":{"count":1,"due":"yesterday"}}""", "spec.due", "must be an RFC 3339 time")]
    [InlineData("""{"name":"x","spec":{"count":1,"due":"2026-11-23T06:00:00"}}""", "spec.due", "must be an RFC 3339 time")]
    [InlineData("""{"name":"x","spec":{"count":1,"tag":"1-2"}}""", "spec.tag", "must be a UUID")]
    [InlineData("""{"name":"x","spec":{"count":1},"labels":{"a":1}}""", "labels.a", "must be text")]
    [InlineData("""{"name":"x","spec":{"count":1},"labels":{"a":null}}""", "labels.a", "must not be null")]
    [InlineData("""{"name":"x","spec":{"count":1},"labels":{"a":"1","a":"2"}}""", "labels.a", "stands twice")]
    [InlineData("""{"name":"x","spec":{"count":1},"labels":[]}""", "labels", "must be an object")]
    [InlineData("""{"name":"x","spec":{"count":1},"amounts":{"gpu":0.5}}""", "amounts.gpu", "must be a whole number")]
    [InlineData("""{"name":"x","spec":{"count":1},"items":{}}""", "items", "must be an array")]
    [InlineData("""{"name":"x","spec":{"count":1},"items":[{"title":"t"},{"titel":"t"}]}""", "items[1].titel", "did you mean 'title'?")]
    [InlineData("""{"name":"x","spec":{"count":1},"items":[null]}""", "items[0]", "must not be null")]
    [InlineData("""{"name":"x","spec":{"count":1},"items":[{"title":"t","pieces":10}]}""", "items[0].pieces", "must be between 1 and 9")]
    [InlineData("""{"name":"x","name":"y","spec":{"count":1}}""", "name", "stands twice")]
    [InlineData("""{"name":"\ud800","spec":{"count":1}}""", "name", "must be text")]
    [InlineData("""{"name":"x","\ud800":1,"spec":{"count":1}}""", "", "a lone surrogate")]
    [InlineData("""{"name":"x","spec":{"count":1},"size":"HUGE"}""", "size", "must be one of SMALL, LARGE")]
    [InlineData("""{"name":"x","spec":{"count":1},"layers":11}""", "layers", "must be between 1 and 10")]
    [InlineData("""{"name":"12345678901","spec":{"count":1}}""", "name", "must be 10 characters or fewer")]
    [InlineData("""{"name":"x","spec":{"count":0}}""", "spec.count", "must be greater than '0'")]
    [InlineData("""{"name":"x","spec":{"count":1},"items":[{"title":"bad"}]}""", "items[0].title", "is bad")]
    [InlineData("""{"name":"x","spec":{"count":1}""", "", "is not JSON: it breaks at line 1")]
    [InlineData("""{"name":"x","spec":{"count":1}}}""", "", "is not JSON")]
    [InlineData("""{"name":"x","spec":{"count":1},}""", "", "is not JSON")]
    [InlineData("""{"name":"x", /* no */ "spec":{"count":1}}""", "", "is not JSON")]
    [InlineData("""{"name":"x","spec":{"count":01}}""", "", "is not JSON")]
    [InlineData("""{"name":"x","spec":{"count":NaN}}""", "", "is not JSON")]
    [InlineData("""[{"name":"x"}]""", "", "The body must be an object")]
    [InlineData("null", "", "must not be null")]
    [InlineData("\"x\"", "", "The body must be an object")]
    [InlineData("   ", "", "is not JSON")]
    [InlineData("\uFEFF{}", "", "is not JSON")]
    public async Task A_bad_body_is_refused_with_the_fault_at_its_path(string body, string path, string fault)
    {
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates", body), ProblemCode.ValidationFailed);
        Assert.True(problem.GetProperty("errors").TryGetProperty(path, out var faults), problem.ToString());
        Assert.Contains(fault, faults.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_come_at_once()
    {
        var shape = await HttpTestApp.ProblemAsync(
            await app.SendAsync("POST", "/v1/crates", """{"nmae":1,"spec":{"count":1.5,"locked":1},"items":[{}]}"""),
            ProblemCode.ValidationFailed);
        Assert.Equal(
            ["items[0].title", "name", "nmae", "spec.count", "spec.locked"],
            shape.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        var rules = await HttpTestApp.ProblemAsync(
            await app.SendAsync("POST", "/v1/crates", """{"name":"","layers":0,"size":"x","spec":{"count":-1}}"""),
            ProblemCode.ValidationFailed);
        Assert.Equal(
            ["layers", "name", "size", "spec.count"], rules.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    [InlineData(5_000, false)]
    [InlineData(300_000, false)]
    public async Task Nesting_is_bounded(int arrays, bool isReadable)
    {
        var body = $$"""{"x":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates", body), ProblemCode.ValidationFailed);
        Assert.Equal(!isReadable, problem.ToString().Contains("deeper than 32", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_thousand_unknown_members_give_a_bounded_answer()
    {
        var body = $"{{{string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":1"))}}}";
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates", body), ProblemCode.ValidationFailed);
        Assert.InRange(problem.GetProperty("errors").EnumerateObject().Count(), 1, 100);
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_refused()
    {
        using var content = new ByteArrayContent([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var problem = await HttpTestApp.ProblemAsync(await app.Client.PostAsync("/v1/crates", content), ProblemCode.ValidationFailed);
        Assert.Contains("not UTF-8", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/merge-patch+json")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Another_media_type_is_refused(string mediaType) => await HttpTestApp.ProblemAsync(
        await app.SendAsync("POST", "/v1/crates", Good, mediaType), ProblemCode.UnsupportedMediaType);

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; Charset=UTF-8")]
    public async Task Json_is_taken_however_it_is_spelt(string mediaType) =>
        Assert.Equal(HttpStatusCode.Created, (await app.SendAsync("POST", "/v1/crates", Good, mediaType)).StatusCode);

    [Fact]
    public async Task A_missing_body_is_refused_where_one_is_needed()
    {
        var problem = await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates"), ProblemCode.ValidationFailed);
        Assert.Contains("A body is needed", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_optional_body_may_be_absent_and_is_strict_when_present()
    {
        var absent = await (await app.SendAsync("POST", "/v1/crates/x/open")).Content.ReadAsStringAsync();
        Assert.Contains("\"tool\":\"LEVER\",\"seconds\":60", absent, StringComparison.Ordinal);
        var present = await (await app.SendAsync("POST", "/v1/crates/x/open", """{"tool":"SAW"}""")).Content.ReadAsStringAsync();
        Assert.Contains("\"tool\":\"SAW\",\"seconds\":60", present, StringComparison.Ordinal);
        await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates/x/open", """{"tol":"SAW"}"""), ProblemCode.ValidationFailed);
    }

    [Fact]
    public async Task A_call_without_a_body_refuses_one()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await app.SendAsync("POST", "/v1/crates/x/lid")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await app.SendAsync("POST", "/v1/crates/x/lid", " {}\n")).StatusCode);
        await HttpTestApp.ProblemAsync(await app.SendAsync("POST", "/v1/crates/x/lid", """{"hard":true}"""), ProblemCode.ValidationFailed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_however_it_comes(bool saysItsLength)
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($"{{\"name\":\"{new string('x', 1_048_576)}\"}}")));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/crates") { Content = content };
        request.Headers.TransferEncodingChunked = !saysItsLength;
        await HttpTestApp.ProblemAsync(await app.Client.SendAsync(request), ProblemCode.PayloadTooLarge);
    }

    [Fact]
    public async Task A_body_just_below_the_limit_is_read()
    {
        var head = """{"name":"x","spec":{"count":1},"note":" """;
        var body = head + new string('x', 1_048_576 - head.Length - 2) + "\"}";
        Assert.Equal(HttpStatusCode.Created, (await app.SendAsync("POST", "/v1/crates", body)).StatusCode);
    }
}
