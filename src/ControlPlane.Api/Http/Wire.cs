using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http;

/// <summary>The one way this service reads and writes JSON.</summary>
public static class Wire
{
    public const int MaxDepth = 32;

    /// <summary>Without short forms: the shape of each record as it is written.</summary>
    internal static JsonSerializerOptions Plain { get; } = Create(ApplyPlain);

    public static JsonSerializerOptions Json { get; } = Create(Apply);

    /// <summary>As it goes to the client; also right for text columns that lists filter on.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);

    /// <summary>The same rules on options that the framework made.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        ApplyPlain(options);
        options.Converters.Add(new ShorthandConverter());
    }

    private static void ApplyPlain(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = MaxDepth;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UpperSnakeEnumConverter());
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new WrittenElementConverter());
    }

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> apply)
    {
        var options = new JsonSerializerOptions();
        apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
