using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ControlPlane.Api.Http.Json;

/// <summary>Reads the short form of a record, and always writes the long one.</summary>
internal sealed class ShorthandConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => Shorthands.MemberOf(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert), Shorthands.MemberOf(typeToConvert))!;

    private sealed class Converter<T>(string member) : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number
                ? new JsonObject { [member] = JsonNode.Parse(ref reader) }.Deserialize<T>(Wire.Plain)
                : JsonSerializer.Deserialize<T>(ref reader, Wire.Plain);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, Wire.Plain);
    }
}
