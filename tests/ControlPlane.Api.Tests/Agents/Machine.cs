using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Agent.Remote;
using ControlPlane.Api.Agents.Remote;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>A machine that joined, and speaks for itself over TLS.</summary>
internal sealed class Machine : IDisposable
{
    private Machine(Uri server, JoinAnswer answer, ECDsa key)
    {
        Answer = answer;
        Credentials = HostCredentials.Of(key, answer.Certificate, answer.Authority);
        Client = ServiceConnection.Open(server, Credentials.Authority, () => Credentials.Certificate);
        Link = new HttpAgentLink(Client, NullLogger<HttpAgentLink>.Instance);
    }

    public static HostFacts Facts { get; } = new()
    {
        MachineName = "m", Vcpus = 8, MemoryMiB = 16_384, DiskGiB = 100, CpuModel = "test", CpuFlags = ["sse2"], NumaNodes = [],
        KernelVersion = "6", QemuVersion = "7.2.0",
        Engines = [new(VirtualizationEngine.Software, true, "GuestRan", "It ran.", "max", "q35")],
    };

    public JoinAnswer Answer { get; }

    public string HostId => Answer.HostId;

    public HostCredentials Credentials { get; private set; }

    public HttpClient Client { get; }

    public HttpAgentLink Link { get; }

    public AssignmentScope Scope => new(HostId);

    public static Uri Door(ServiceFixture service) => service.Services.GetRequiredService<AgentDoor>().Address!;

    public static async Task<string> TokenAsync(ServiceFixture service, object? wanted = null) =>
        (await service.PostedAsync(200, "/v1/hosts/join-tokens", wanted ?? new { })).GetProperty("token").GetString()!;

    public static JoinRequest Request(string? name, ECDsa key) =>
        new() { Name = name, CertificateRequest = HostCredentials.RequestFor(key), Facts = Facts };

    /// <summary>Joins by a new token, or by the one given.</summary>
    public static async Task<Machine> JoinAsync(ServiceFixture service, string? name, string? token = null)
    {
        using var key = HostCredentials.NewKey();
        token ??= await TokenAsync(service);
        var answer = await FleetJoin.JoinAsync(Door(service), token, Request(name, key), CancellationToken.None);
        return new Machine(Door(service), answer, key);
    }

    /// <summary>Asks for another certificate with a new key, and shows it from then on where connections are new.</summary>
    public async Task<HttpClient> RenewAsync(Uri door)
    {
        using var key = HostCredentials.NewKey();
        var response = await PostAsync(AgentProtocol.Certificate, new(HostCredentials.RequestFor(key)), AgentJson.Default.CertificateRenewal);
        var text = (await ServiceFixture.ReadAsync(200, response)).GetRawText();
        var answer = JsonSerializer.Deserialize(text, AgentJson.Default.CertificateAnswer)!;
        var renewed = Credentials = HostCredentials.Of(key, answer.Certificate, answer.Authority);
        return ServiceConnection.Open(door, renewed.Authority, () => renewed.Certificate);
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, JsonTypeInfo<T> shape) =>
        PostTextAsync(path, JsonSerializer.Serialize(body, shape));

    public Task<HttpResponseMessage> PostTextAsync(string path, string json) => SendAsync(Client, path, json, null);

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string json, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (token is not null) { request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token); }
        return await client.SendAsync(request);
    }

    public void Dispose()
    {
        Client.Dispose();
        Credentials.Dispose();
    }
}
