using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Access;
using ControlPlane.Api.Http.Json;

namespace ControlPlane.Api.Http;

/// <summary>Reads the headers and the query that mean the same on every call.</summary>
internal static class TermsReader
{
    public const string ValidateOnly = "validateOnly";
    public const string IdempotencyKey = "Idempotency-Key";

    private const int MaxKeyLength = 255;
    private const int MaxWaitSeconds = 120;

    public static async ValueTask<RequestTerms> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var faults = new FaultList();
        var key = HttpMethods.IsPost(request.Method) ? Key(request, faults) : null;
        var body = await BodyAsync(context);
        var problem = body?.Problem ?? RefuseStrayBody(context, body);
        return new RequestTerms
        {
            Actor = Caller.Actor(context.User),
            Project = Caller.Project(context.User),
            TraceId = Problems.TraceId(context),
            IdempotencyKey = key,
            RequestHash = key is null ? "" : Hash(request, body),
            ValidateOnly = Flag(request, faults),
            IfMatch = Condition(request, faults),
            Wait = Preference(request, faults),
            Fault = problem ?? (faults.IsEmpty ? null : faults.ToProblem()),
        };
    }

    // An upload is never buffered, and a GET has no body to speak of.
    private static async ValueTask<BufferedBody?> BodyAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || context.GetEndpoint()?.Metadata.GetMetadata<UploadLimit>() is not null
            ? null
            : await BufferedBody.ReadAsync(context);

    private static Problem? RefuseStrayBody(HttpContext context, BufferedBody? body)
    {
        var expected = body is null || body.Bytes.IsEmpty || context.GetEndpoint()?.Metadata.GetMetadata<BodyShape>() is not null;
        return expected || body!.Bytes.Span.Trim(" \t\r\n"u8).SequenceEqual("{}"u8)
            ? null
            : Problem.Validation("", "This call takes no body");
    }

    private static string? Key(HttpRequest request, FaultList faults)
    {
        if (!request.Headers.TryGetValue(IdempotencyKey, out var values))
        {
            return null;
        }

        var key = values.Count == 1 ? values[0] : null;
        if (key is { Length: > 0 and <= MaxKeyLength } && key.All(character => character is >= ' ' and <= '~'))
        {
            return key;
        }

        faults.Add(IdempotencyKey, $"must be one text of 1 to {MaxKeyLength} printable ASCII characters");
        return null;
    }

    private static bool Flag(HttpRequest request, FaultList faults)
    {
        if (!request.Query.TryGetValue(ValidateOnly, out var values))
        {
            return false;
        }

        if (values is not ["true"] and not ["false"])
        {
            faults.Add(ValidateOnly, "must be true or false");
        }

        return values is not ["false"];
    }

    private static long? Condition(HttpRequest request, FaultList faults)
    {
        var text = request.Headers.IfMatch.ToString().Trim();
        if (text is "" or "*")
        {
            return null;
        }

        if (text is not ['"', .. var tag, '"'] || tag.Contains('"'))
        {
            faults.Add("If-Match", "must be one ETag with its quotes, such as \"7\", or *");
            return null;
        }

        return long.TryParse(tag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : RequestTerms.NoVersion;
    }

    // RFC 7240: preferences that are not known are passed over.
    private static TimeSpan? Preference(HttpRequest request, FaultList faults)
    {
        var wait = request.Headers["Prefer"]
            .SelectMany(value => value?.Split(',') ?? [])
            .Select(preference => preference.Split(';')[0].Split('=', 2))
            .FirstOrDefault(pair => pair[0].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase));
        if (wait is null)
        {
            return null;
        }

        if (wait.Length == 2 && long.TryParse(wait[1].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, MaxWaitSeconds));
        }

        faults.Add("Prefer", "must be wait=N with a whole number of seconds");
        return null;
    }

    private static string Hash(HttpRequest request, BufferedBody? body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var query = request.Query.Where(pair => pair.Key != ValidateOnly).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        var head = $"{request.Method}\n{request.Path}\n{string.Join('&', query.Select(pair => $"{pair.Key}={pair.Value}"))}\n";
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(CanonicalJson.Of(body?.Bytes ?? default).Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
