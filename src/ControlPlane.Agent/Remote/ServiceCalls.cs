using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>Calls with JSON, read and written without reflection; a refusal becomes an <see cref="AgentRefusedException"/>.</summary>
internal static class ServiceCalls
{
    internal static async Task<TAnswer> GetAsync<TAnswer>(
        HttpClient client, string path, JsonTypeInfo<TAnswer> answer, CancellationToken ct)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
        await ThrowIfRefusedAsync(response, ct);
        return await ReadAsync(response, answer, ct);
    }

    internal static async Task<TAnswer> PostAsync<TBody, TAnswer>(
        HttpClient client, string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<TAnswer> answer, string? token,
        CancellationToken ct)
    {
        using var response = await SendAsync(client, path, body, shape, token, ct);
        return await ReadAsync(response, answer, ct);
    }

    internal static async Task PostAsync<TBody>(
        HttpClient client, string path, TBody body, JsonTypeInfo<TBody> shape, CancellationToken ct)
    {
        using var response = await SendAsync(client, path, body, shape, null, ct);
    }

    internal static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode) { return; }
        throw new AgentRefusedException(response.StatusCode, await ProblemAsync(response, ct));
    }

    private static async Task<HttpResponseMessage> SendAsync<TBody>(
        HttpClient client, string path, TBody body, JsonTypeInfo<TBody> shape, string? token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy,
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, shape)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token); }
        var response = await client.SendAsync(request, ct);
        try
        {
            await ThrowIfRefusedAsync(response, ct);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<TAnswer> ReadAsync<TAnswer>(HttpResponseMessage response, JsonTypeInfo<TAnswer> shape, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        return await JsonSerializer.DeserializeAsync(stream, shape, ct) ?? throw new JsonException("the service answered null");
    }

    private static async Task<AgentProblem> ProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(response, AgentJson.Default.AgentProblem, ct);
        }
        catch (JsonException)
        {
            return new AgentProblem { Code = "none", Detail = "what answers there is no control plane" };
        }
    }
}
