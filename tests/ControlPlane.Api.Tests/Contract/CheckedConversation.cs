using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Api.Tests.Contract;

/// <summary>Talks to the service and holds each answer against what the document says of that operation and status.</summary>
internal sealed partial class CheckedConversation(ServedDocument service, HttpClient client)
{
    private const string RetryAfter = "Retry-After";
    private const string EventStream = "text/event-stream";
    private readonly JsonSchemas schemas = new(service.Root);

    /// <summary>The operations that gave a good answer: <c>GET /v1/vms/{vm}</c>.</summary>
    public HashSet<string> Answered { get; } = [];

    /// <summary>
    /// Calls <c>POST /v1/vms/{vm}/start</c> with what stands for its parameters, in order; gives the body where it is JSON.
    /// </summary>
    public Task<JsonElement> SayAsync(
        int status, string verb, string path, string[] values, object? body = null, string query = "") =>
        SendAsync(status, verb, path, values, Content(verb, body), query);

    public async Task<JsonElement> SendAsync(
        int status, string verb, string path, string[] values, HttpContent? content, string query = "",
        params (string Name, string Value)[] headers)
    {
        var place = values.Index().Aggregate(path, (at, value) => Parameter().Replace(at, value.Item, 1));
        using var request = new HttpRequestMessage(new HttpMethod(verb), place + query) { Content = content };
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var said = $"{verb} {place}{query} ({response.StatusCode:D})";
        var text = await TextAsync(response);
        Assert.True(status == (int)response.StatusCode, $"{said}, not {status}: {text}");
        var operation = service.Root.GetProperty("paths").GetProperty(path).GetProperty(verb.ToLowerInvariant());
        var answer = Check(operation, response, said, text);
        if (response.IsSuccessStatusCode) { Answered.Add($"{verb} {path}"); }
        return answer;
    }

    private static StringContent? Content(string verb, object? body)
    {
        if (body is null) { return null; }
        var type = verb == "PATCH" ? "application/merge-patch+json" : "application/json";
        return new(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, new MediaTypeHeaderValue(type));
    }

    private JsonElement Check(JsonElement operation, HttpResponseMessage response, string said, string text)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var known = operation.GetProperty("responses").TryGetProperty(status, out var described);
        Assert.True(known, $"{said} is no answer of the document: {text}");
        CheckHeaders(described, response, said);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (!described.TryGetProperty("content", out var contents))
        {
            Assert.True(text.Length == 0, $"{said} has a body that the document does not have: {text}");
            return default;
        }
        Assert.True(type is not null && contents.TryGetProperty(type, out _), $"{said} is of type {type}, not of {contents}");
        if (!type.EndsWith("json", StringComparison.Ordinal)) { return default; }
        var body = JsonDocument.Parse(text).RootElement;
        var faults = schemas.Faults(contents.GetProperty(type).GetProperty("schema"), body);
        Assert.True(faults.Count == 0, $"{said} is not as its schema says:\n{string.Join('\n', faults)}\n{text}");
        if (!response.IsSuccessStatusCode) { CheckRetry(described, response, body, said); }
        return body;
    }

    // What was waited for is said only to one who waits, and when to come back only where waiting helps.
    private static void CheckHeaders(JsonElement described, HttpResponseMessage response, string said)
    {
        if (!described.TryGetProperty("headers", out var headers)) { return; }
        foreach (var name in headers.EnumerateObject().Select(header => header.Name))
        {
            if (name is "Preference-Applied" or RetryAfter) { continue; }
            Assert.True(response.Headers.Contains(name), $"{said} lacks the header {name}");
        }
    }

    private static void CheckRetry(JsonElement described, HttpResponseMessage response, JsonElement problem, string said)
    {
        var later = problem.GetProperty("retry").GetString() == "AFTER_DELAY";
        Assert.True(later == response.Headers.Contains(RetryAfter), $"{said}: {RetryAfter} does not agree with {problem}");
        var promised = described.TryGetProperty("headers", out var headers) && headers.TryGetProperty(RetryAfter, out _);
        Assert.True(!later || promised, $"{said}: the document has no {RetryAfter}");
    }

    // A stream has no end; its first event stands for it.
    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != EventStream) { return await response.Content.ReadAsStringAsync(); }
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) { return line; }
        }
        return "";
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
