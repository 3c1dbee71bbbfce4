using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Tests.Http;

public sealed class PatchTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    private readonly HttpTestApp app = fixture.App;

    [Theory] // RFC 7396, appendix A.
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_examples_of_the_standard_hold(string original, string patch, string result)
    {
        var merged = MergePatch.Apply(JsonNode.Parse(original), JsonDocument.Parse(patch).RootElement);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(result), merged), merged?.ToJsonString());
    }

    [Fact]
    public async Task An_absent_member_stays_null_removes_and_a_value_replaces()
    {
        var crate = await PatchedAsync(
            """{"note":null,"spec":{"count":5},"labels":{"a":null,"c":"3"},"items":[{"title":"only"}],"layers":2}""");
        Assert.Equal(JsonValueKind.Null, crate.GetProperty("note").ValueKind);
        Assert.Equal("kept", crate.GetProperty("name").GetString());
        Assert.Equal(5, crate.GetProperty("spec").GetProperty("count").GetInt32());
        Assert.Equal(7, crate.GetProperty("spec").GetProperty("weight").GetInt32());
        Assert.Equal("""{"b":"2","c":"3"}""", crate.GetProperty("labels").GetRawText());
        Assert.Equal("""[{"title":"only","pieces":1}]""", crate.GetProperty("items").GetRawText());
        Assert.Equal(2, crate.GetProperty("layers").GetInt32());
    }

    [Fact]
    public async Task Null_brings_a_default_back() =>
        Assert.Equal(0, (await PatchedAsync("""{"spec":{"weight":null}}""")).GetProperty("spec").GetProperty("weight").GetInt32());

    [Theory]
    [InlineData("""{"nmae":"x"}""", "nmae", "did you mean 'name'?")]
    [InlineData("""{"nmae":null}""", "nmae", "did you mean 'name'?")]
    [InlineData("""{"spec":{"wight":null}}""", "spec.wight", "did you mean 'weight'?")]
    [InlineData("""{"name":null}""", "name", "is required")]
    [InlineData("""{"spec":null}""", "spec", "is required")]
    [InlineData("""{"spec":{"count":null}}""", "spec.count", "is required")]
    [InlineData("""{"spec":{"count":1.5}}""", "spec.count", "must be a whole number")]
    [InlineData("""{"spec":{"count":0}}""", "spec.count", "must be greater than '0'")]
    [InlineData("""{"layers":99}""", "layers", "must be between 1 and 10")]
    [InlineData("""{"items":[{"pieces":1}]}""", "items[0].title", "is required")]
    [InlineData("""{"items":[null]}""", "items[0]", "must not be null")]
    [InlineData("""{"labels":{"a":1}}""", "labels.a", "must be text")]
    [InlineData("""{"layers":1,"layers":2}""", "layers", "stands twice")]
    [InlineData("[]", "", "must be an object")]
    [InlineData("null", "", "must not be null")]
    [InlineData("{", "", "is not JSON")]
    public async Task A_bad_patch_is_refused_with_the_fault_at_its_path(string patch, string path, string fault)
    {
        var response = await app.SendAsync("PATCH", "/v1/crates/kept", patch, "application/merge-patch+json");
        var problem = await HttpTestApp.ProblemAsync(response, ProblemCode.ValidationFailed);
        Assert.Contains(fault, problem.GetProperty("errors").GetProperty(path).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json-patch+json")]
    public async Task A_patch_is_taken_only_as_a_merge_patch(string mediaType) => await HttpTestApp.ProblemAsync(
        await app.SendAsync("PATCH", "/v1/crates/kept", "{}", mediaType), ProblemCode.UnsupportedMediaType);

    [Fact]
    public async Task A_stale_etag_is_refused_and_the_present_one_is_not()
    {
        await HttpTestApp.ProblemAsync(await PatchAsync("{}", "\"7\""), ProblemCode.EtagMismatch);
        await HttpTestApp.ProblemAsync(await PatchAsync("{}", "\"other\""), ProblemCode.EtagMismatch);
        var answer = await PatchAsync("{}", "\"8\"");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("\"9\"", answer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync("{}", "*")).StatusCode);
    }

    [Fact]
    public void A_patch_knows_what_it_speaks_of()
    {
        var patch = Patch<Crate>.Of("""{"spec":{"count":null},"note":"x"}""");
        Assert.True(patch.Touches("spec.count"));
        Assert.True(patch.Touches("spec"));
        Assert.True(patch.Touches("note"));
        Assert.False(patch.Touches("spec.weight"));
        Assert.False(patch.Touches("note.more"));
    }

    private async Task<JsonElement> PatchedAsync(string patch)
    {
        var response = await app.SendAsync("PATCH", "/v1/crates/kept", patch, "application/merge-patch+json");
        var text = await response.Content.ReadAsStringAsync();
        return JsonDocument.Parse(text).RootElement.GetProperty("crate");
    }

    private Task<HttpResponseMessage> PatchAsync(string patch, string ifMatch) =>
        app.SendAsync("PATCH", "/v1/crates/kept", patch, "application/merge-patch+json", ("If-Match", ifMatch));
}
