using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ControlPlane.Api.Access;
using ControlPlane.Api.Events;
using ControlPlane.Api.Http;
using ControlPlane.Api.Images;
using ControlPlane.Api.Operations;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Reports;
using ControlPlane.Api.Retention;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Api.Tests.Images;

/// <summary>
/// Images, events, reports and retention on real HTTP and a real store in a directory of its own, with nothing else that would change
/// anything: what these tests count, they did themselves.
/// </summary>
internal sealed class SmallService : IAsyncDisposable
{
    private const string Token = "cp_a-token-for-tests";

    private readonly WebApplication app;

    private SmallService(WebApplication app, string folder)
    {
        (this.app, Folder) = (app, folder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    internal HttpClient Client { get; }

    /// <summary>Where this test keeps everything; the data directory is below it.</summary>
    internal string Folder { get; }

    internal Store Store => app.Services.GetRequiredService<Store>();

    internal string[] ImageFiles =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "data", "images")).Select(path => Path.GetFileName(path)).Order()];

    internal static async Task<SmallService> StartAsync(params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-").FullName;
        return await StartInAsync(folder, settings);
    }

    internal static async Task<SmallService> StartInAsync(string folder, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key.StartsWith("ConnectionStrings:", StringComparison.Ordinal) ? key : $"ControlPlane:{key}"] = value;
        }
        builder.Configuration["ControlPlane:DataDirectory"] = Path.Combine(folder, "data");
        builder.Configuration["Serilog:MinimumLevel:Default"] = "Error";
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.AddHttp();
        builder.AddStore();
        builder.Services.AddChecked<OperationOptions>("ControlPlane:Operations");
        builder.Services.AddSingleton<ITokenDirectory>(new OneToken(AccessToken.Hash(Token)));
        builder.Services.AddHostedService(services => new Opening(services.GetRequiredService<Store>()));
        builder.AddImages();
        builder.AddEvents();
        builder.AddReports();
        builder.AddRetention();
        var app = builder.Build();
        app.UseHttp();
        var v1 = app.MapV1();
        v1.MapImages();
        v1.MapEvents();
        v1.MapReports();
        await app.StartAsync();
        return new(app, folder);
    }

    internal T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Stops the service and leaves its directory, as for a second start.</summary>
    internal async Task StopAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    internal Task WriteAsync(Action<StoreSession> work) => Store.WriteAsync("default", async session =>
    {
        work(session);
        await session.Db.SaveChangesAsync(CancellationToken.None);
        return true;
    }, CancellationToken.None);

    internal async Task<(int Status, JsonElement Body)> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path));

    internal async Task<(int Status, JsonElement Body)> PostAsync(string path, object body) =>
        await ReadAsync(await Client.PostAsJsonAsync(path, body));

    internal async Task<(int Status, JsonElement Body)> PatchAsync(string path, string body) => await ReadAsync(
        await Client.PatchAsync(path, new StringContent(body, Encoding.UTF8, "application/merge-patch+json")));

    internal async Task<(int Status, JsonElement Body)> DeleteAsync(string path) => await ReadAsync(await Client.DeleteAsync(path));

    internal async Task<(int Status, JsonElement Body)> PutAsync(
        string path, byte[] content, params (string Name, string Value)[] headers) =>
        await PutAsync(path, new ByteArrayContent(content), headers);

    internal async Task<(int Status, JsonElement Body)> PutAsync(
        string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        content.Headers.ContentType ??= new("application/octet-stream");
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }
        return await ReadAsync(await Client.SendAsync(request));
    }

    /// <summary>An upload of which only the head was sent.</summary>
    internal async Task<TcpClient> BeginUploadAsync(string image, long bytes)
    {
        var socket = new TcpClient(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        var head = $"PUT /v1/images/{image}/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Token}\r\n"
            + $"Content-Type: application/octet-stream\r\nContent-Length: {bytes}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        return socket;
    }

    private static async Task<(int Status, JsonElement Body)> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
        }
    }

    private sealed class OneToken(byte[] hash) : ITokenDirectory
    {
        public ValueTask<TokenIdentity?> FindAsync(byte[] sha256, CancellationToken ct) =>
            ValueTask.FromResult(sha256.SequenceEqual(hash) ? new TokenIdentity("tests", "default") : null);
    }

    private sealed class Opening(Store store) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
