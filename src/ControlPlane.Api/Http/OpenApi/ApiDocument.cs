using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The API document as bytes, written once: anybody may ask for it, and writing it costs more than most calls.</summary>
internal sealed class ApiDocument(IServiceProvider services)
{
    public const string Name = "v1";

    private static readonly JsonSerializerOptions written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lazy<Task<byte[]>> bytes = new(() => CreateAsync(services));

    public Task<byte[]> WriteAsync() => bytes.Value;

    private static async Task<byte[]> CreateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(Name);
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0))!.AsObject();
        RemoveUnused(json);
        return JsonSerializer.SerializeToUtf8Bytes(json, written);
    }

    // Patchable documents stand where they are used, as their partial form; their whole form is then named nowhere.
    private static void RemoveUnused(JsonObject json)
    {
        var schemas = json["components"]?["schemas"]?.AsObject();
        var unused = schemas?.Select(schema => schema.Key).Where(name => !Names(json, name)).ToList() ?? [];
        unused.ForEach(name => schemas!.Remove(name));
        if (unused.Count > 0)
        {
            RemoveUnused(json);
        }
    }

    private static bool Names(JsonNode? node, string schema) => node switch
    {
        JsonObject members => members["$ref"]?.ToString() == $"#/components/schemas/{schema}"
            || members.Any(member => Names(member.Value, schema)),
        JsonArray items => items.Any(item => Names(item, schema)),
        _ => false,
    };
}
