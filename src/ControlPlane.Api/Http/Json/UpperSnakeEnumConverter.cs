using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Api.Http.Json;

/// <summary>Enums are UPPER_SNAKE strings, exactly so; no numbers, no other case.</summary>
public sealed class UpperSnakeEnumConverter : JsonConverterFactory
{
    public static string Text(Enum value) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    public static IReadOnlyList<string> TextsOf(Type enumType) => [.. Enum.GetValues(enumType).Cast<Enum>().Select(Text)];

    public static bool TryParse<TEnum>(string text, out TEnum value)
        where TEnum : struct, Enum => Converter<TEnum>.Values.TryGetValue(text, out value);

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<TEnum> : JsonConverter<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<string, TEnum> Values = Enum.GetValues<TEnum>().ToFrozenDictionary(value => Text(value));
        private static readonly FrozenDictionary<TEnum, string> texts = Enum.GetValues<TEnum>().ToFrozenDictionary(v => v, v => Text(v));

        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException($"must be one of {string.Join(", ", TextsOf(typeof(TEnum)))}");

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
            writer.WriteStringValue(texts[value]);

        public override TEnum ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Values.TryGetValue(reader.GetString()!, out var value) ? value : throw new JsonException("is not a known name");

        public override void WriteAsPropertyName(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
            writer.WritePropertyName(texts[value]);
    }
}
