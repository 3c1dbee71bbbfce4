using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Api.Http;

/// <summary>Turns what a service said into what the client gets.</summary>
public static class Answers
{
    public static IResult Of(Answer answer) => answer;

    public static IResult Of(Problem problem) => new Answer.Refused(problem);

    public static IResult ToResult(Answer answer) => answer;

    /// <summary>The ETag of a version: <c>"7"</c>, with its quotes.</summary>
    public static string Etag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    public static Task WriteAsync(HttpContext context, Answer answer) => answer switch
    {
        Answer.Done done => WriteDoneAsync(context, done),
        Answer.Refused refused => Problems.WriteAsync(context, refused.Why),
        _ => throw new InvalidOperationException($"no such answer: {answer.GetType().Name}"),
    };

    private static Task WriteDoneAsync(HttpContext context, Answer.Done done)
    {
        var response = context.Response;
        response.StatusCode = done.Status;
        if (done.Location is { } location)
        {
            response.Headers.Location = location;
        }

        if (done.Version is { } version)
        {
            response.Headers.ETag = Etag(version);
        }

        if (done.AppliedWait is { } wait)
        {
            response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={(long)wait.TotalSeconds}");
        }

        return WriteBodyAsync(context, done.Body);
    }

    private static Task WriteBodyAsync(HttpContext context, object? body) => body switch
    {
        null => Task.CompletedTask,
        RawJson raw => WriteRawAsync(context, raw),
        _ => context.Response.WriteAsJsonAsync(body, body.GetType(), Wire.Json, "application/json; charset=utf-8", context.RequestAborted),
    };

    private static Task WriteRawAsync(HttpContext context, RawJson raw)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(raw.Text, context.RequestAborted);
    }
}
