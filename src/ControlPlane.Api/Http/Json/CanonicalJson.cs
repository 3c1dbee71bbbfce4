using System.Buffers;
using System.Text.Json;

namespace ControlPlane.Api.Http.Json;

/// <summary>One spelling for every JSON document: members sorted, no spacing, numbers as they were written.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes; what cannot be read as JSON stays as it is.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.IsEmpty || StrictJson.Parse(utf8) is not { IsValue: true } parsed)
        {
            return utf8;
        }

        var buffer = new ArrayBufferWriter<byte>(utf8.Length);
        try
        {
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = Wire.MaxDepth + 1 });
            Write(writer, parsed.Value);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: the body is refused later, its hash need only be stable.
            return utf8;
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(writer, element);
                break;
            case JsonValueKind.Array:
                WriteItems(writer, element);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonElement element)
    {
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member.Name);
            Write(writer, member.Value);
        }

        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, JsonElement element)
    {
        writer.WriteStartArray();
        foreach (var item in element.EnumerateArray())
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }
}
