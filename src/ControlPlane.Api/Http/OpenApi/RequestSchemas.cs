using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Schemas of bodies: what a member is when it is left out, and for a merge patch that everything may be left out.</summary>
internal sealed class RequestSchemas(OperationFilterContext context)
{
    public IOpenApiSchema Of(BodyShape body)
    {
        var schema = context.SchemaGenerator.GenerateSchema(body.Type, context.SchemaRepository);
        Defaults(Wire.Plain.GetTypeInfo(body.Type), []);
        return body.MediaType == BodyReader.MergePatchType ? Partial(schema) : schema;
    }

    private void Defaults(JsonTypeInfo shape, HashSet<Type> seen)
    {
        if (shape.ElementType is { } element)
        {
            Defaults(Wire.Plain.GetTypeInfo(element), seen);
        }

        if (shape.Kind != JsonTypeInfoKind.Object || !seen.Add(shape.Type) || Definition(shape.Type) is not { Properties: { } properties })
        {
            return;
        }

        var blank = shape.Type.GetConstructor(Type.EmptyTypes)?.Invoke(null);
        foreach (var property in shape.Properties.Where(property => properties.ContainsKey(property.Name)))
        {
            if (properties[property.Name] is OpenApiSchema schema && !property.IsRequired)
            {
                schema.Default = Default(property, blank);
            }

            Defaults(Wire.Plain.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType), seen);
        }
    }

    // Words, numbers and flags only: a default object says nothing that its own members do not say.
    private static JsonNode? Default(JsonPropertyInfo property, object? blank)
    {
        var value = property.AssociatedParameter is { HasDefaultValue: true } parameter ? parameter.DefaultValue
            : blank is null ? null : property.Get?.Invoke(blank);
        return value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), Wire.Json) as JsonValue;
    }

    private OpenApiSchema? Definition(Type type) =>
        context.SchemaRepository.TryLookupByType(type, out var reference) && reference.Reference.Id is { } id
            ? context.SchemaRepository.Schemas[id] as OpenApiSchema
            : null;

    // A copy, written where it stands: the same record may be whole elsewhere.
    private IOpenApiSchema Partial(IOpenApiSchema schema)
    {
        var inner = schema is OpenApiSchema { AllOf: [var only] } ? only : schema;
        var whole = inner is OpenApiSchemaReference { Reference.Id: { } id } ? context.SchemaRepository.Schemas[id] : inner;
        if (whole.CreateShallowCopy() is not OpenApiSchema copy)
        {
            return schema;
        }

        copy.Required = null;
        copy.Properties = copy.Properties?.ToDictionary(property => property.Key, property => Removable(property.Value));
        copy.AdditionalProperties = copy.AdditionalProperties is { } values ? Removable(values) : null;
        copy.OneOf = copy.OneOf?.Select(Partial).ToList();
        copy.Description = schema.Description ?? copy.Description;
        return copy;
    }

    private IOpenApiSchema Removable(IOpenApiSchema schema)
    {
        var partial = Partial(schema);
        if (partial is OpenApiSchema own)
        {
            // Of several forms exactly one may fit null.
            if (own.OneOf is [var first, ..]) { own.OneOf[0] = Removable(first); }
            own.Type |= JsonSchemaType.Null;
            own.Default = null;
        }

        return partial;
    }
}
