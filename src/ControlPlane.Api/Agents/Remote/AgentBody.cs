using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>
/// Reads and writes what agents say. Unknown members are passed over, so that neighbouring versions understand each other.
/// </summary>
internal static class AgentBody
{
    internal static async Task<Parsed<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> shape)
        where T : class
    {
        if (BufferedBody.RefuseMediaType(context.Request, "application/json") is { } refusal) { return refusal; }
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var text = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        // A NUL in a text is no text for PostgreSQL.
        if (text.Span.IndexOf("\\u0000"u8) >= 0) { return Problem.Validation("", "The body holds a NUL character"); }
        try
        {
            return JsonSerializer.Deserialize(text.Span, shape) is { } value
                ? Parsed<T>.Of(value) : Problem.Validation("", "A body is needed, sent as application/json");
        }
        catch (JsonException fault)
        {
            return Problem.Validation(fault.Path?.TrimStart('$').TrimStart('.') ?? "", "is not as the agents' protocol says");
        }
    }

    internal static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> shape)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, shape, context.RequestAborted);
    }

    internal static Task WriteAsync<T>(HttpContext context, Parsed<T> answer, JsonTypeInfo<T> shape) =>
        answer.IsValue ? WriteAsync(context, answer.Value, shape) : Problems.WriteAsync(context, answer.Problem);
}
