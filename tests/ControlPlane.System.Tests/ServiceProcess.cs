using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ControlPlane.System.Tests.Fleets;

namespace ControlPlane.System.Tests;

/// <summary>The built service as a process of its own, on a data directory that outlives it. Killed by SIGKILL, never asked.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private const string Token = "system-test-token-0123456789";
    private readonly IReadOnlyList<(string Key, string Value)> settings;
    private readonly StringBuilder output = new();
    private readonly NetworkSpace? space;
    private ChildProcess? process;

    private ServiceProcess(string directory, IReadOnlyList<(string Key, string Value)> settings, NetworkSpace? space = null) =>
        (Directory, this.settings, this.space, Port) = (directory, settings, space, FreePort());

    public string Directory { get; }

    public int Port { get; }

    /// <summary>Everything the service has said.</summary>
    public string Output
    {
        get { lock (output) { return output.ToString(); } }
    }

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A service that is ready, on a new directory.</summary>
    public static async Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var service = new ServiceProcess(global::System.IO.Directory.CreateTempSubdirectory("controlplane-system-").FullName, settings);
        await service.StartAgainAsync();
        return service;
    }

    /// <summary>A service that is ready, on a new directory, in a network namespace. Clients here reach it by a socket in that directory.</summary>
    public static async Task<ServiceProcess> StartInAsync(NetworkSpace space, params (string Key, string Value)[] settings)
    {
        var service = new ServiceProcess(global::System.IO.Directory.CreateTempSubdirectory("controlplane-system-").FullName, settings, space);
        await service.StartAgainAsync();
        return service;
    }

    /// <summary>A service that listens, ready or not, on a new directory.</summary>
    public static async Task<ServiceProcess> LaunchAsync(params (string Key, string Value)[] settings)
    {
        var service = new ServiceProcess(global::System.IO.Directory.CreateTempSubdirectory("controlplane-system-").FullName, settings);
        service.Begin();
        await Eventually.TrueAsync(() => service.AnswersAsync("/healthz"), TimeSpan.FromSeconds(60), () => service.Output);
        return service;
    }

    /// <summary>A service that is expected not to start: its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> RefusedAsync(string directory, params (string Key, string Value)[] settings)
    {
        var service = new ServiceProcess(directory, settings);
        using var process = service.Launch();
        return (await process.EndAsync(TimeSpan.FromSeconds(60)), service.Output);
    }

    /// <summary>Starts it on the same directory and port, and returns when it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Begin();
        await ReadyAsync();
    }

    /// <summary>Returns when it is ready.</summary>
    public Task ReadyAsync() =>
        Eventually.TrueAsync(() => AnswersAsync("/readyz"), TimeSpan.FromSeconds(120), () => $"the service is not ready:\n{Output}");

    /// <summary>Ends the process as a power failure would end it.</summary>
    public async Task KillAsync()
    {
        await process!.KillAsync();
        process.Dispose();
        process = null;
        Client.Dispose();
    }

    /// <summary>Stops it or lets it go on, without its knowing.</summary>
    public void Send(Signal signal) => process!.Send(signal);

    /// <summary>Sends JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8,
                method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }
        foreach (var (name, value) in headers) { request.Headers.TryAddWithoutValidation(name, value); }
        return await Client.SendAsync(request);
    }

    /// <summary>Sends JSON, expects the status, reads the answer.</summary>
    public async Task<JsonElement> AskAsync(int status, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, body, headers);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{method} {path}: wanted {status}, got {(int)response.StatusCode}: {text}\n{Output}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Starts an operation and waits for its success.</summary>
    public async Task<JsonElement> DoAsync(HttpMethod method, string path, object? body = null)
    {
        var operation = await AskAsync(200, method, path, body, ("Prefer", "wait=120"));
        Assert.True(operation.GetProperty("state").GetString() == "SUCCEEDED", $"{method} {path}: {operation}\n{Output}");
        return operation;
    }

    public Task<JsonElement> GetAsync(string path) => AskAsync(200, HttpMethod.Get, path);

    /// <summary>Uploads a file as an image's content.</summary>
    public async Task UploadAsync(string path, string file)
    {
        await using var content = File.OpenRead(file);
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StreamContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await Client.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The processes of this directory's guests.</summary>
    public IReadOnlyList<GuestProcess> Guests() => GuestProcess.Under(Directory);

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) { await KillAsync(); }
        foreach (var guest in Guests()) { guest.Kill(); }
        await Eventually.TrueAsync(() => Task.FromResult(Guests().Count == 0), TimeSpan.FromSeconds(30), () => "guests outlive their kill");
        global::System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void Begin()
    {
        File.Delete(Socket);
        process = Launch();
        Client = new HttpClient(Transport()) { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromMinutes(3) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    private string Socket => Path.Combine(Directory, "api.sock");

    // A path is the same in all namespaces of the network, an address is not.
    private SocketsHttpHandler Transport() => space is null ? new() : new()
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private ChildProcess Launch() => ChildProcess.Start(
        space,
        ["dotnet", RepositoryRoot.ServiceAssembly, "--urls", space is null ? $"http://127.0.0.1:{Port}" : $"http://unix:{Socket}"],
        [
            ("ControlPlane__DataDirectory", Directory), ("ControlPlane__BootstrapToken", Token),
            ("ControlPlane__LocalHost__VcpuOvercommit", "16"), .. settings,
        ],
        Keep);

    private void Keep(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
            if (output.Length > 200_000) { output.Remove(0, 100_000); }
        }
    }

    private async Task<bool> AnswersAsync(string path)
    {
        if (process!.HasExited) { Assert.Fail($"the service ended with {process.ExitCode}:\n{Output}"); }
        try
        {
            using var response = await Client.GetAsync(path);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
