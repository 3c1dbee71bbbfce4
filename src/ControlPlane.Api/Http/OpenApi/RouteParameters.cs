using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>The parameters of an operation: of its path, its query, and the headers that mean the same everywhere.</summary>
internal sealed partial class RouteParameters(OperationFilterContext context, IList<object> route, string verb)
{
    public IEnumerable<IOpenApiParameter> All() => [.. OfPath(), .. OfQuery(), .. OfHeaders()];

    private IEnumerable<OpenApiParameter> OfPath() =>
        Names().Matches(context.ApiDescription.RelativePath ?? "").Select(match => PathParameter(match.Value));

    private OpenApiParameter PathParameter(string name) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Description = $"The id or the name of the {name}.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = route.OfType<PathExample>().LastOrDefault(example => example.Parameter == name)?.Value,
    };

    private IEnumerable<OpenApiParameter> OfQuery() =>
        route.OfType<QueryParameter>().GroupBy(query => query.Name).Select(same => Query(same.Key, [.. same]));

    private OpenApiParameter Query(string name, IReadOnlyList<QueryParameter> declared) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = ListDescription(name) ?? declared.Select(query => query.Description).LastOrDefault(text => text.Length > 0),
        Schema = SchemaOf(declared[0]),
    };

    private IOpenApiSchema SchemaOf(QueryParameter query)
    {
        var schema = context.SchemaGenerator.GenerateSchema(Nullable.GetUnderlyingType(query.Type) ?? query.Type, context.SchemaRepository);
        if (schema is OpenApiSchema own && query.Default is { } value)
        {
            own.Default = JsonSerializer.SerializeToNode(value, Wire.Json);
        }

        return schema;
    }

    private string? ListDescription(string name) => (name, route.OfType<ListShape>().LastOrDefault()) switch
    {
        ("filter", { } list) => $"Which items: comparisons joined by AND, OR, NOT. Fields: {string.Join(", ", list.Filterable)}.",
        ("orderBy", { } list) =>
            $"Up to three fields, each with `asc` or `desc`; the id decides last. Fields: `{string.Join("`, `", list.Sortable)}`.",
        _ => null,
    };

    private IEnumerable<OpenApiParameter> OfHeaders()
    {
        var mutates = route.OfType<MutationShape>().Any();
        if (verb == "POST" && mutates)
        {
            yield return Header(
                TermsReader.IdempotencyKey,
                "The same key and body within 24 hours give the first answer again; another body gives 422.",
                "create-1");
        }

        if (verb is "PATCH" or "PUT" or "DELETE" && mutates)
        {
            yield return Header("If-Match", "The ETag last read; 412 where it has changed since.", "\"7\"");
        }

        if (route.OfType<WaitShape>().Any())
        {
            yield return Header("Prefer", "`wait=N`: answer when the operation is done, or after N seconds, at most 120.", "wait=30");
        }

        if (route.OfType<StreamShape>().Any() && route.OfType<QueryParameter>().Any(query => query.Name == "after"))
        {
            yield return Header("Last-Event-ID", "Go on after this event.", "42");
        }
    }

    // As a text in the schema, not as an example: Swagger UI would fill an example in, and a made-up ETag or key does harm.
    private static OpenApiParameter Header(string name, string description, string like) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = $"{description} Such as `{like}`.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    [GeneratedRegex(@"(?<=\{)\w+(?=[^}]*\})", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
