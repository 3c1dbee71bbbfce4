using System.Text.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Writes an operation from what its route says of itself; see <see cref="RouteDescriptions"/>.</summary>
internal sealed class RouteShapes : IOperationFilter
{
    /// <summary>Kept beside an operation while the document is made: its name where another has the same.</summary>
    public const string LongerName = "longerName";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var route = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var verb = context.ApiDescription.HttpMethod ?? "GET";
        operation.OperationId = route.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName
            ?? OperationNames.Of(context.MethodInfo);
        operation.Metadata = new Dictionary<string, object> { [LongerName] = OperationNames.Longer(context.MethodInfo) ?? "" };
        operation.Parameters = [.. new RouteParameters(context, route, verb).All()];
        operation.RequestBody = Body(context, route);
        operation.Responses = new RouteAnswers(context, route, verb).All();
    }

    private static OpenApiRequestBody? Body(OperationFilterContext context, IList<object> route)
    {
        if (route.OfType<UploadLimit>().LastOrDefault() is { } upload)
        {
            return Upload(upload);
        }

        return route.OfType<BodyShape>().LastOrDefault() is not { } body ? null : new OpenApiRequestBody
        {
            Required = !body.Optional,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [body.MediaType] = new OpenApiMediaType
                {
                    Schema = new RequestSchemas(context).Of(body),
                    Examples = Examples(route),
                },
            },
        };
    }

    private static OpenApiRequestBody Upload(UploadLimit upload) => new()
    {
        Required = true,
        Description = upload.Bytes is { } bytes ? $"At most {bytes} bytes." : null,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["application/octet-stream"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            },
        },
    };

    private static Dictionary<string, IOpenApiExample>? Examples(IList<object> route)
    {
        var examples = route.OfType<RequestExample>().ToDictionary(example => example.Name, IOpenApiExample (example) => new OpenApiExample
        {
            Value = JsonSerializer.SerializeToNode(example.Body, example.Body.GetType(), Wire.Json),
        });
        return examples.Count == 0 ? null : examples;
    }
}
