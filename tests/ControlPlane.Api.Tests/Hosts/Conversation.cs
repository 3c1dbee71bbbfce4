using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Api.Tests.Hosts;

/// <summary>Speaks to the service in JSON text, as a client does.</summary>
public sealed class Conversation(HttpClient client)
{
    private static int names;

    /// <summary>A name nobody has.</summary>
    public static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref names)}";

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, "application/json", []);

    public Task<Reply> PostAsync(string path, string json = "{}", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, "application/json", headers);

    public Task<Reply> PutAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, json, "application/json", headers);

    public Task<Reply> PatchAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, json, "application/merge-patch+json", headers);

    public Task<Reply> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, "application/json", headers);

    /// <summary>Registers a simulated host and gives its id.</summary>
    public async Task<string> HostAsync(string name, long vcpu = 8, string more = "")
    {
        var reply = await PostAsync("/v1/hosts", $$$"""
            {"name":"{{{name}}}","driver":"SIMULATED","labels":{"only":"{{{name}}}"},
             "capacity":{"vcpu":{{{vcpu}}},"memoryMiB":16384,"diskGiB":100{{{more}}}}}
            """);
        Assert.Equal(201, reply.Status);
        return reply.Id;
    }

    /// <summary>Makes a pool that reaches only the host of this name, and gives its id.</summary>
    public async Task<string> PoolAsync(string name, string host, string more = "")
    {
        var reply = await PostAsync("/v1/pools", $$$"""{"name":"{{{name}}}","hostSelector":{"labels":{"only":"{{{host}}}"}}{{{more}}}}""");
        Assert.Equal(201, reply.Status);
        return reply.Id;
    }

    /// <summary>How much of a class is promised on a host.</summary>
    public async Task<long> UsedAsync(string host, string resource) =>
        (await GetAsync($"/v1/hosts/{host}"))["capacity"]![resource]!["used"]!.GetValue<long>();

    private async Task<Reply> SendAsync(
        HttpMethod method, string path, string? json, string mediaType, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) { request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(mediaType)); }
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Reply(
            (int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(), response.Headers.RetryAfter?.ToString());
    }
}
