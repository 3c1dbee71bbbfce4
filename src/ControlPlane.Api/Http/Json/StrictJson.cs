using System.Text.Json;
using System.Text.Unicode;

namespace ControlPlane.Api.Http.Json;

/// <summary>
/// Reads JSON from outside. What is not exactly as the record says is refused, with every fault at its field path;
/// the serializer's own messages name our types and stop at the first fault, so they never reach a client.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions documents = new() { MaxDepth = Wire.MaxDepth, AllowDuplicateProperties = true };

    public static Parsed<T> Read<T>(ReadOnlyMemory<byte> utf8)
        where T : class
    {
        var element = Parse(utf8);
        return element.IsValue ? Read<T>(element.Value) : element.Problem;
    }

    public static Parsed<T> Read<T>(JsonElement element)
        where T : class
    {
        var faults = new FaultList();
        JsonShape.Check(element, typeof(T), faults);
        if (!faults.IsEmpty)
        {
            return faults.ToProblem();
        }

        try
        {
            return Parsed<T>.Of(element.Deserialize<T>(Wire.Json)!);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or FormatException or OverflowException)
        {
            return Problem.Validation(PathOf(fault), "is not valid");
        }
    }

    public static Parsed<JsonElement> Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return Problem.Validation("", "The body is not UTF-8 text");
        }

        try
        {
            if (IsTooDeep(utf8.Span))
            {
                return Problem.Validation("", $"The body is nested deeper than {Wire.MaxDepth} levels");
            }

            // Clone: the element outlives the document, whose buffers go back to their pool.
            using var document = JsonDocument.Parse(utf8, documents);
            return Parsed<JsonElement>.Of(document.RootElement.Clone());
        }
        catch (JsonException fault)
        {
            var (line, position) = (fault.LineNumber + 1, fault.BytePositionInLine + 1);
            return Problem.Validation("", $"The body is not JSON: it breaks at line {line}, byte {position}");
        }
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Wire.MaxDepth + 2 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= Wire.MaxDepth)
            {
                return true;
            }
        }

        return false;
    }

    private static string PathOf(Exception fault) => fault is JsonException { Path: { } path } ? path.TrimStart('$').TrimStart('.') : "";
}
