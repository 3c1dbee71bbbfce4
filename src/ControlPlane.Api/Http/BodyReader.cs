using System.Text.Json;
using ControlPlane.Api.Http.Json;
using FluentValidation;

namespace ControlPlane.Api.Http;

/// <summary>From the bytes of a request to a valid record, or to the problem that says why not.</summary>
internal static class BodyReader
{
    public const string JsonType = "application/json";
    public const string MergePatchType = "application/merge-patch+json";

    private static readonly byte[] emptyObject = "{}"u8.ToArray();

    public static async ValueTask<Parsed<T>> ReadAsync<T>(HttpContext context, bool optional)
        where T : class
    {
        var bytes = await BytesAsync(context, JsonType, optional);
        if (!bytes.IsValue)
        {
            return bytes.Problem;
        }

        var record = StrictJson.Read<T>(bytes.Value);
        return record.IsValue && RecordRules.Check(record.Value, ValidatorsOf<T>(context)) is { } problem ? problem : record;
    }

    public static async ValueTask<Parsed<JsonElement>> ReadMergePatchAsync(HttpContext context)
    {
        var bytes = await BytesAsync(context, MergePatchType, optional: false);
        return bytes.IsValue ? StrictJson.Parse(bytes.Value) : bytes.Problem;
    }

    public static IEnumerable<IValidator<T>> ValidatorsOf<T>(HttpContext context) => context.RequestServices.GetServices<IValidator<T>>();

    private static async ValueTask<Parsed<ReadOnlyMemory<byte>>> BytesAsync(HttpContext context, string mediaType, bool optional)
    {
        var body = await BufferedBody.ReadAsync(context);
        if (body.Problem is { } tooLarge)
        {
            return tooLarge;
        }

        if (body.Bytes.IsEmpty)
        {
            return optional
                ? Parsed<ReadOnlyMemory<byte>>.Of(emptyObject)
                : Problem.Validation("", $"A body is needed, sent as {mediaType}");
        }

        return BufferedBody.RefuseMediaType(context.Request, mediaType) is { } refusal
            ? refusal
            : Parsed<ReadOnlyMemory<byte>>.Of(body.Bytes);
    }
}
