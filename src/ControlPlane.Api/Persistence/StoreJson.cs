using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Images;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Reservations;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence;

/// <summary>How values are written into the store's JSON columns. A change here changes what is on disk.</summary>
public static class StoreJson
{
    /// <summary>The options of every JSON column.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a value.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"a {typeof(T).Name} column holds null");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatIsComputed } },
            // Lists look for labels in the text as the client wrote it.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new HostStateConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false));
        options.Converters.Add(new TextConverter<AffinityGroupId>(AffinityGroupId.Parse));
        options.Converters.Add(new TextConverter<FailureDomain>(FailureDomain.Parse));
        options.Converters.Add(new TextConverter<ImageId>(ImageId.Parse));
        options.Converters.Add(new TextConverter<HostId>(HostId.Parse));
        options.Converters.Add(new TextConverter<ReservationId>(ReservationId.Parse));
        options.Converters.Add(new TextConverter<VmId>(VmId.Parse));
        options.Converters.Add(new TextConverter<OperationId>(OperationId.Parse));
        options.Converters.Add(new TextConverter<ResourceClass>(ResourceClass.Parse));
        options.Converters.Add(new VectorConverter());
        return options;
    }

    // What nothing could be read into is made of the rest.
    private static void LeaveOutWhatIsComputed(JsonTypeInfo shape)
    {
        for (var i = shape.Properties.Count - 1; i >= 0; i--)
        {
            if (shape.Properties[i] is { Set: null, AssociatedParameter: null }) { shape.Properties.RemoveAt(i); }
        }
    }

    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    // The shapes of hosts that are kept with decisions may be as old as the store.
    private sealed class HostStateConverter : JsonConverter<HostState>
    {
        public override HostState Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetString() switch
        {
            "READY" => HostState.Active,
            "UNREACHABLE" => HostState.Suspect,
            var word => Words.Parse<HostState>(word!),
        };

        public override void Write(Utf8JsonWriter writer, HostState value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Words.Of(value));
    }

    private sealed class VectorConverter : JsonConverter<ResourceVector>
    {
        public override ResourceVector Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            ResourceVector.Of(JsonSerializer.Deserialize<Dictionary<string, long>>(ref reader, options)!
                .Select(pair => KeyValuePair.Create(ResourceClass.Parse(pair.Key), pair.Value)));

        public override void Write(Utf8JsonWriter writer, ResourceVector value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (resource, amount) in value) { writer.WriteNumber(resource.ToString(), amount); }
            writer.WriteEndObject();
        }
    }
}
