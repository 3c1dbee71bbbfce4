using System.Text.Json;

namespace ControlPlane.Api.Http.Json;

/// <summary>Says what is wrong with a value that has no members: a number, a text, a time, a word of a list.</summary>
internal static class JsonLeaf
{
    public static string? Fault(JsonElement element, Type type)
    {
        if (type == typeof(JsonElement) || type == typeof(object))
        {
            return null;
        }

        if (type == typeof(bool))
        {
            return element.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false";
        }

        if (type == typeof(string))
        {
            return Text(element) is null ? "must be text" : null;
        }

        return Limits(type) is var (least, greatest) ? WholeNumber(element, least, greatest) : Other(element, type);
    }

    private static (Int128 Least, Int128 Greatest)? Limits(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => null,
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => (short.MinValue, short.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.Int64 => (long.MinValue, long.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.UInt64 => (ulong.MinValue, ulong.MaxValue),
        _ => null,
    };

    private static string? WholeNumber(JsonElement element, Int128 least, Int128 greatest)
    {
        if (element.ValueKind != JsonValueKind.Number)
        {
            return "must be a whole number";
        }

        var digits = element.GetRawText();
        if (digits.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            return "must be a whole number, written without fraction and exponent";
        }

        return Int128.TryParse(digits, out var number) && number >= least && number <= greatest
            ? null
            : $"must be between {least} and {greatest}";
    }

    private static string? Other(JsonElement element, Type type)
    {
        if (type == typeof(double) || type == typeof(float) || type == typeof(decimal))
        {
            return Number(element, type);
        }

        if (element.ValueKind == JsonValueKind.String && Text(element) is null)
        {
            return "must be text";
        }

        try
        {
            element.Deserialize(type, Wire.Json);
            return null;
        }
        catch (JsonException fault)
        {
            // Messages of our own converters speak of the value; those of the serializer name our types.
            return fault.Message.StartsWith("must ", StringComparison.Ordinal) ? fault.Message : Called(type);
        }
    }

    private static string? Number(JsonElement element, Type type)
    {
        if (element.ValueKind != JsonValueKind.Number)
        {
            return "must be a number";
        }

        var fits = type == typeof(decimal) ? element.TryGetDecimal(out _) : element.TryGetDouble(out var value) && double.IsFinite(value);
        return fits ? null : "is too large a number";
    }

    private static string Called(Type type) => type == typeof(Guid) ? "must be a UUID" : "is not valid";

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
