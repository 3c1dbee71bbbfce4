using System.Text.Json.Nodes;
using ControlPlane.Api.Http.Json;
using Microsoft.OpenApi;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The schema of a problem document, written by hand: it is the one record that may have further members.</summary>
internal static class ProblemSchema
{
    public const string Name = "Problem";

    public static OpenApiSchema Create() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Why a call was refused (RFC 9457). Some codes add members, such as the placement record or the running operation.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "instance", "code", "retry", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("A stable URI that ends in the code.", ProblemCode.NotFound.Type),
            ["title"] = Text("The code in words.", ProblemCode.NotFound.Title),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The HTTP status." },
            ["detail"] = Text("What is true here, in a sentence.", "There is no pool 'blue'."),
            ["instance"] = Text("The path of the call.", "/v1/pools/blue"),
            ["code"] = Words("What a program compares with.", ProblemCode.All.Select(code => code.Text)),
            ["retry"] = Words("When the call may be sent again.", UpperSnakeEnumConverter.TextsOf(typeof(RetryAdvice))),
            ["traceId"] = Text("Leads to the call in the log.", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Faults by field path; only with `validation-failed`.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
        },
        AdditionalPropertiesAllowed = true,
    };

    private static OpenApiSchema Text(string description, string example) =>
        new() { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] };

    private static OpenApiSchema Words(string description, IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Description = description, Enum = [.. words.Select(word => JsonValue.Create(word))] };
}
