using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Api.Http;

/// <summary>Writes problems as RFC 9457 documents; the only place that knows their form on the wire.</summary>
public static class Problems
{
    public const string MediaType = "application/problem+json";

    public static IResult Of(Problem problem) => new Answer.Refused(problem);

    /// <summary>The trace id that stands in problems, logs and operations.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Code.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if ((problem.RetryAfterSeconds ?? problem.Code.RetryAfterSeconds) is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Code == ProblemCode.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await JsonSerializer.SerializeAsync(response.Body, Document(context, problem), Wire.Json, context.RequestAborted);
    }

    /// <summary>The document's members in the order a reader wants them.</summary>
    public static IReadOnlyDictionary<string, object?> Document(HttpContext context, Problem problem)
    {
        var document = new Dictionary<string, object?>
        {
            ["type"] = problem.Code.Type,
            ["title"] = problem.Code.Title,
            ["status"] = problem.Code.Status,
            ["detail"] = problem.Detail,
            ["instance"] = context.Request.PathBase.Add(context.Request.Path).Value,
            ["code"] = problem.Code.Text,
            ["retry"] = problem.Code.Retry,
            ["traceId"] = TraceId(context),
        };
        if (problem.Errors is { } errors)
        {
            document["errors"] = errors;
        }

        foreach (var (member, value) in problem.Extensions ?? new Dictionary<string, object?>())
        {
            document.TryAdd(member, value is Lazy<object?> later ? later.Value : value);
        }

        return document;
    }
}
