using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ControlPlane.Api.Persistence;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests;

/// <summary>
/// The whole service in this process, on a real SQLite file in a directory of its own, with simulated hosts. Disposing it stops the
/// service; <see cref="RestartAsync"/> starts it again on the same directory.
/// </summary>
public class ServiceFixture : IAsyncLifetime
{
    public const string Token = "test-token-0123456789";

    private WebApplicationFactory<Program> factory = null!;
    private bool started;

    public ServiceFixture()
    {
    }

    public ServiceFixture(Action<IServiceCollection>? configure, params (string Key, string Value)[] settings) =>
        (Configure, Settings) = (configure, settings);

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("controlplane-test-").FullName;

    /// <summary>Sends the bearer token; answers problems as they are.</summary>
    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => factory.Services;

    /// <summary>Replaces or adds services before each start: interceptors that fail on purpose.</summary>
    public Action<IServiceCollection>? Configure { get; set; }

    public (string Key, string Value)[] Settings { get; set; } = [];

    /// <summary>The service and, for convenience, a started fixture outside of xunit's own lifetime.</summary>
    public static async Task<ServiceFixture> StartAsync(Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        var fixture = new ServiceFixture(configure, settings);
        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>Where the store is: SQLite in the directory, or a PostgreSQL database of this fixture's own.</summary>
    public virtual bool OnPostgres => false;

    /// <summary>The database where it is PostgreSQL.</summary>
    internal PostgresDatabase? Database { get; private set; }

    public virtual async Task InitializeAsync()
    {
        if (OnPostgres) { Database ??= await PostgresDatabase.CreateAsync(); }
        else { await SqliteTemplate.CopyAsync(Directory); }
        factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ControlPlane:DataDirectory", Directory);
            host.UseSetting("ControlPlane:BootstrapToken", Token);
            host.UseSetting("ControlPlane:LocalHost:Enabled", "false");
            host.UseSetting("Serilog:MinimumLevel:Default", "Warning");
            foreach (var (key, value) in Database?.Settings ?? []) { host.UseSetting(key, value); }
            foreach (var (key, value) in Settings) { host.UseSetting(key, value); }
            host.ConfigureServices(services => Configure?.Invoke(services));
        });
        Client = NewClient(Token);
        started = true;
        await Services.GetRequiredService<Opening>().Finished.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        if (Database is not null) { await Database.DisposeAsync(); }
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    // A service that could not start has said why; stopping it would only hide that behind another fault.
    public async Task StopAsync()
    {
        if (!started) { return; }
        started = false;
        Client.Dispose();
        // The program's own thread and this one race to dispose the host, and the second returns at once: wait for what must be gone.
        var (store, directory) = (Services.GetRequiredService<Store>(), Services.GetRequiredService<DataDirectory>());
        await factory.DisposeAsync();
        await store.DisposeAsync();
        directory.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    public HttpClient NewClient(string? token)
    {
        var client = factory.CreateClient();
        client.Timeout = TimeSpan.FromMinutes(3);
        if (token is not null) { client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token); }
        return client;
    }

    /// <summary>Sends JSON with extra headers such as ("Prefer", "wait=30").</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            var type = method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, type);
        }
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }
        return await Client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Posts, expects the status and reads the body.</summary>
    public async Task<JsonElement> PostedAsync(int status, string path, object? body = null, params (string Name, string Value)[] headers) =>
        await ReadAsync(status, await PostAsync(path, body, headers));

    public static async Task<JsonElement> ReadAsync(int status, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"wanted {status}, got {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Expects a problem of this status and code, and gives it.</summary>
    public static async Task<JsonElement> RefusedAsync(int status, string code, HttpResponseMessage response)
    {
        var problem = await ReadAsync(status, response);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.EndsWith(code, problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        return problem;
    }

    /// <summary>Runs a statement past the service.</summary>
    internal async Task<int> ExecuteAsync(string sql)
    {
        if (Database is not null) { return await Database.ExecuteAsync(sql); }
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(Directory, "controlplane.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Registers a simulated host.</summary>
    public Task<JsonElement> AddHostAsync(
        string name, int vcpu = 64, long memoryMiB = 262_144, long diskGiB = 4_000, string? zone = null, object? simulation = null) =>
        PostedAsync(201, "/v1/hosts", new
        {
            name, driver = "SIMULATED", zone, capacity = new { vcpu, memoryMiB, diskGiB }, simulation,
        });

    /// <summary>Creates a VM on a simulated host and waits for the operation's end, whatever it is.</summary>
    public async Task<JsonElement> CreateVmAsync(string name, object? spec = null)
    {
        var response = await PostAsync("/v1/vms", new { name, spec = spec ?? new { vcpus = 1, memoryMiB = 256, diskGiB = 1 } }, ("Prefer", "wait=60"));
        return await ReadAsync(200, response);
    }
}
