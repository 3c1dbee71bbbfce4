using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Api.Tests.Http;

public sealed class OpenApiTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    [Fact]
    public async Task The_document_describes_what_the_routes_say_of_themselves()
    {
        var document = await DocumentAsync();
        var create = document.GetProperty("paths").GetProperty("/v1/crates").GetProperty("post");
        Assert.Equal("createCrate", create.GetProperty("operationId").GetString());
        Assert.Equal("Create a crate", create.GetProperty("summary").GetString());
        Assert.Equal("Makes it.", create.GetProperty("description").GetString());
        Assert.Equal("Crates", create.GetProperty("tags")[0].GetString());
        Assert.Equal(["Idempotency-Key", "validateOnly"], Parameters(create));
        Assert.Equal(["201", "400", "401", "409", "413", "415", "422", "429", "500", "503", "507"], Names(create.GetProperty("responses")));
        var responses = create.GetProperty("responses");
        Assert.Contains(
            "already-exists", responses.GetProperty("409").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(["Location"], Names(responses.GetProperty("201").GetProperty("headers")));
        var paths = document.GetProperty("paths");
        Assert.Equal(
            ["Idempotency-Key", "Prefer", "crate", "validateOnly"],
            Parameters(paths.GetProperty("/v1/crates/{crate}/open").GetProperty("post")));
        Assert.Equal(["If-Match", "crate", "validateOnly"], Parameters(paths.GetProperty("/v1/crates/{crate}").GetProperty("patch")));
        var list = paths.GetProperty("/v1/crates").GetProperty("get");
        Assert.Equal(["depth", "filter", "orderBy", "pageSize", "pageToken"], Parameters(list));
        var read = paths.GetProperty("/v1/crates/{crate}").GetProperty("get");
        Assert.Equal("kept", read.GetProperty("parameters")[0].GetProperty("example").GetString());
    }

    [Fact]
    public async Task A_schema_says_what_the_strict_reader_demands()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        var crate = schemas.GetProperty("Crate");
        Assert.False(crate.GetProperty("additionalProperties").GetBoolean());
        var properties = crate.GetProperty("properties");
        Assert.False(properties.GetProperty("name").TryGetProperty("nullable", out _));
        Assert.True(properties.GetProperty("note").GetProperty("nullable").GetBoolean());
        Assert.Equal("""["SMALL","LARGE"]""", Compact(properties.GetProperty("size").GetProperty("enum")));
        Assert.Equal(10, properties.GetProperty("layers").GetProperty("maximum").GetInt32());
        Assert.Equal("""["RED","DARK_BLUE"]""", Compact(schemas.GetProperty("CrateColour").GetProperty("enum")));
        Assert.Equal(9, schemas.GetProperty("CrateItem").GetProperty("properties").GetProperty("pieces").GetProperty("maximum").GetInt32());
        Assert.Equal("""["title"]""", Compact(schemas.GetProperty("CrateItem").GetProperty("required")));
        var tool = schemas.GetProperty("OpenCrate").GetProperty("properties").GetProperty("tool");
        Assert.Equal("LEVER", tool.GetProperty("default").GetString());
        var codes = Compact(schemas.GetProperty("Problem").GetProperty("properties").GetProperty("code"));
        Assert.Contains("etag-mismatch", codes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_examples_run_as_they_stand()
    {
        var document = await DocumentAsync();
        var body = document.GetProperty("paths").GetProperty("/v1/crates").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("examples").GetProperty("default").GetProperty("value");
        var response = await fixture.App.SendAsync("POST", "/v1/crates", body.GetRawText());
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_authorize_button_takes_a_bearer_token()
    {
        var document = await DocumentAsync();
        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        Assert.Equal("http", scheme.GetProperty("type").GetString());
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        Assert.Equal("""[{"bearer":[]}]""", Compact(document.GetProperty("security")));
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own()
    {
        await using var app = await HttpTestApp.StartAsync(v1 =>
        {
            v1.MapGet("/shelves/{shelf}/crates", CratesOfShelf.ListCratesAsync);
            v1.MapPut("/shelves/{shelf}/label-text", () => "x");
            v1.MapGet("/shelves/{shelf}/named", () => "x").WithName("readNamed");
        });
        var paths = JsonDocument.Parse(await app.Anonymous.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");
        Assert.Equal("listCrates", NameOf(paths, "/v1/crates", "get"));
        Assert.Equal("listCratesOfCratesOfShelf", NameOf(paths, "/v1/shelves/{shelf}/crates", "get"));
        Assert.Equal("putShelveLabelText", NameOf(paths, "/v1/shelves/{shelf}/label-text", "put"));
        Assert.Equal("readNamed", NameOf(paths, "/v1/shelves/{shelf}/named", "get"));
    }

    [Fact]
    public async Task A_patch_may_leave_out_everything_and_null_anything()
    {
        var document = await DocumentAsync();
        var body = document.GetProperty("paths").GetProperty("/v1/crates/{crate}/lid").GetProperty("patch").GetProperty("requestBody");
        var schema = body.GetProperty("content").GetProperty("application/merge-patch+json").GetProperty("schema");
        Assert.False(schema.TryGetProperty("required", out _));
        Assert.True(schema.GetProperty("properties").GetProperty("wood").GetProperty("nullable").GetBoolean());
        Assert.False(document.GetProperty("components").GetProperty("schemas").TryGetProperty("CrateLid", out _));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var text = await fixture.App.Anonymous.GetStringAsync("/openapi/v1.json");
        var schemas = JsonDocument.Parse(text).RootElement.GetProperty("components").GetProperty("schemas");
        foreach (var name in Regex.Matches(text, "#/components/schemas/(\\w+)").Select(match => match.Groups[1].Value).Distinct())
        {
            Assert.True(schemas.TryGetProperty(name, out _), name);
        }
    }

    private static string? NameOf(JsonElement paths, string path, string verb) =>
        paths.GetProperty(path).GetProperty(verb).GetProperty("operationId").GetString();

    private static IEnumerable<string?> Parameters(JsonElement operation) => operation.GetProperty("parameters").EnumerateArray()
        .Select(parameter => parameter.GetProperty("name").GetString()).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private async Task<JsonElement> DocumentAsync() =>
        JsonDocument.Parse(await fixture.App.Anonymous.GetStringAsync("/openapi/v1.json")).RootElement;

    private static class CratesOfShelf
    {
        public static Task<Answer> ListCratesAsync(string shelf) => Task.FromResult(Answer.Ok(shelf));
    }
}
