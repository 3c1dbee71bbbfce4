using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>
/// Checks JSON against the schemas of an OpenAPI 3.0 document. It knows the keywords that our document uses and refuses to judge by a
/// schema with any other, so that nothing passes for want of understanding.
/// </summary>
internal sealed partial class JsonSchemas(JsonElement document)
{
    private static readonly HashSet<string> silent = ["description", "example", "examples", "default", "title", "readOnly"];

    /// <summary>Everything that is wrong, each with the place of it; empty when the value is as the schema says.</summary>
    public List<string> Faults(JsonElement schema, JsonElement value)
    {
        var faults = new List<string>();
        Check(schema, value, "$", faults);
        return faults;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (value.ValueKind == JsonValueKind.Null && MayBeNull(schema)) { return; }
        foreach (var keyword in schema.EnumerateObject())
        {
            if (silent.Contains(keyword.Name)) { continue; }
            if (Combined(keyword, value, at, faults)) { continue; }
            if (Fault(keyword, schema, value, at, faults) is { } fault) { faults.Add($"{at} {fault}"); }
        }
    }

    private bool Combined(JsonProperty keyword, JsonElement value, string at, List<string> faults)
    {
        switch (keyword.Name)
        {
            case "$ref":
                Check(Find(keyword.Value.GetString()!), value, at, faults);
                return true;
            case "allOf":
                foreach (var part in keyword.Value.EnumerateArray()) { Check(part, value, at, faults); }
                return true;
            case "anyOf" or "oneOf":
                var fitting = keyword.Value.EnumerateArray().Count(part => Faults(part, value).Count == 0);
                var fits = keyword.Name == "oneOf" ? fitting == 1 : fitting > 0;
                if (!fits) { faults.Add($"{at} fits {fitting} of {keyword.Name}: {value}"); }
                return true;
            default:
                return false;
        }
    }

    private string? Fault(JsonProperty keyword, JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        switch (keyword.Name)
        {
            case "properties":
                CheckMembers(schema, value, at, faults);
                return null;
            case "additionalProperties":
                if (!schema.TryGetProperty("properties", out _)) { CheckMembers(schema, value, at, faults); }
                return null;
            case "items":
                CheckItems(keyword.Value, value, at, faults);
                return null;
            case "required":
                var missing = keyword.Value.EnumerateArray().Select(name => name.GetString()!)
                    .Where(name => value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name, out _)).ToList();
                return missing.Count == 0 ? null : $"lacks {string.Join(", ", missing)}";
            default:
                return Leaf(keyword, value);
        }
    }

    private void CheckMembers(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (value.ValueKind != JsonValueKind.Object) { return; }
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var rest = schema.TryGetProperty("additionalProperties", out var additional) ? additional : default;
        foreach (var member in value.EnumerateObject())
        {
            var place = $"{at}.{member.Name}";
            if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(member.Name, out var own))
            {
                Check(own, member.Value, place, faults);
            }
            else if (rest.ValueKind == JsonValueKind.Object) { Check(rest, member.Value, place, faults); }
            else if (rest.ValueKind == JsonValueKind.False) { faults.Add($"{place} is no member that the schema has"); }
        }
    }

    private void CheckItems(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (value.ValueKind != JsonValueKind.Array) { return; }
        foreach (var (index, item) in value.EnumerateArray().Index()) { Check(schema, item, $"{at}[{index}]", faults); }
    }

    private static string? Leaf(JsonProperty keyword, JsonElement value) => keyword.Name switch
    {
        "type" => IsOf(keyword.Value.GetString(), value) ? null : $"is not of type {keyword.Value}: {value.GetRawText()}",
        "enum" => keyword.Value.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value))
            ? null : $"is not of {keyword.Value}: {value}",
        "nullable" => null,
        "format" => IsWritten(keyword.Value.GetString()!, value) ? null : $"is no {keyword.Value}: {value}",
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= keyword.Value.GetDouble()
            ? null : $"is below {keyword.Value}",
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= keyword.Value.GetDouble()
            ? null : $"is above {keyword.Value}",
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= keyword.Value.GetInt32()
            ? null : "is too short",
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= keyword.Value.GetInt32()
            ? null : "is too long",
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!)
            ? null : $"is not written as {keyword.Value}",
        _ => throw new NotSupportedException($"no rule for the keyword '{keyword.Name}'"),
    };

    private static bool IsOf(string? type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"no rule for the type '{type}'"),
    };

    private static bool IsWritten(string format, JsonElement value) => format switch
    {
        "date-time" => value.ValueKind == JsonValueKind.String && UtcTime().IsMatch(value.GetString()!)
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        "int32" => value.ValueKind != JsonValueKind.Number || value.TryGetInt32(out _),
        "int64" => value.ValueKind != JsonValueKind.Number || value.TryGetInt64(out _),
        "double" or "binary" => true,
        _ => throw new NotSupportedException($"no rule for the format '{format}'"),
    };

    private bool MayBeNull(JsonElement schema) =>
        schema.TryGetProperty("nullable", out var nullable) ? nullable.GetBoolean()
        : !new[] { "type", "$ref", "allOf", "anyOf", "oneOf", "enum" }.Any(keyword => schema.TryGetProperty(keyword, out _))
        || (schema.TryGetProperty("$ref", out var name) && MayBeNull(Find(name.GetString()!)));

    private JsonElement Find(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (at, name) => at.GetProperty(name));

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex UtcTime();
}
