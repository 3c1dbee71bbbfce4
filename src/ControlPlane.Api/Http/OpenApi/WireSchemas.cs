using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Api.Http.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ControlPlane.Api.Http.OpenApi;

/// <summary>Makes the schema of a record say exactly what the strict reader demands: what is required, which words, which bounds.</summary>
internal sealed class WireSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema own || context.MemberInfo is not null || context.ParameterInfo is not null)
        {
            return;
        }

        if (context.Type == typeof(JsonElement))
        {
            own.AdditionalPropertiesAllowed = true;
            own.Type = null;
        }
        else if (Wire.Plain.GetTypeInfo(context.Type) is { Kind: JsonTypeInfoKind.Object } shape && own.Properties is { } properties)
        {
            own.AdditionalPropertiesAllowed = false;
            own.Required = shape.Properties.Where(property => property.IsRequired).Select(property => property.Name).ToHashSet();
            foreach (var property in shape.Properties.Where(property => properties.ContainsKey(property.Name)))
            {
                Annotate(properties[property.Name] as OpenApiSchema, property);
            }
        }
    }

    private static void Annotate(OpenApiSchema? schema, JsonPropertyInfo property)
    {
        if (schema is null)
        {
            return;
        }

        // The serializer's own view of null; Swashbuckle would let every reference be null.
        schema.Type = property.IsSetNullable ? schema.Type | JsonSchemaType.Null : schema.Type & ~JsonSchemaType.Null;
        if (Wire.Plain.GetTypeInfo(property.PropertyType).ElementType is { } element && Shorthands.MemberOf(element) is not null)
        {
            var whole = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" };
            schema.AdditionalProperties = new OpenApiSchema { OneOf = [whole, schema.AdditionalProperties!] };
        }

        foreach (var rule in RecordRules.RulesOf(property))
        {
            Annotate(schema, rule);
        }
    }

    private static void Annotate(OpenApiSchema schema, ValidationAttribute rule)
    {
        switch (rule)
        {
            case AllowedValuesAttribute allowed:
                schema.Enum = [.. allowed.Values.Select(Word)];
                break;
            case RangeAttribute range:
                schema.Minimum = Convert.ToString(range.Minimum, CultureInfo.InvariantCulture);
                schema.Maximum = Convert.ToString(range.Maximum, CultureInfo.InvariantCulture);
                break;
            case StringLengthAttribute length:
                (schema.MinLength, schema.MaxLength) = (length.MinimumLength, length.MaximumLength);
                break;
            case RegularExpressionAttribute pattern:
                schema.Pattern = $"^(?:{pattern.Pattern})$";
                break;
            default:
                break;
        }
    }

    private static JsonNode Word(object? value) =>
        value is null ? JsonNullSentinel.JsonNull : JsonSerializer.SerializeToNode(value, Wire.Json)!;
}
