using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ControlPlane.Benchmarks;

/// <summary>The built service as a process of its own, on a directory of its own.</summary>
internal sealed class MeasuredService : IAsyncDisposable
{
    public const string Token = "benchmark-token-0123456789";
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(2);
    private readonly Process process;

    private MeasuredService(Process process, string directory, int port, TimeSpan startUp)
    {
        (this.process, Directory, Port, StartUp) = (process, directory, port, startUp);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = limit };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public string Directory { get; }

    public int Port { get; }

    public TimeSpan StartUp { get; }

    public HttpClient Client { get; }

    /// <summary>Where agents elsewhere come in; null where <see cref="ForAgentsAsync"/> did not begin it.</summary>
    public Uri? Door { get; private set; }

    public static string Root { get; } = FindRoot();

    /// <summary>What the process has in memory, in MiB.</summary>
    public long ResidentMiB
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 >> 20;
        }
    }

    /// <summary>The processor time of all its threads, user and system.</summary>
    public TimeSpan ProcessorTime => ProcessorClock.Of(process);

    public static async Task<MeasuredService> StartAsync(
        bool localHost, string? directory = null, (string Key, string Value)[]? settings = null, string? program = null)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("controlplane-benchmark-").FullName;
        var port = FreePort();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program ?? Environment.GetEnvironmentVariable("CONTROLPLANE_SERVICE")
            ?? Path.Combine(Root, "src", "ControlPlane.Api", "bin", configuration, "net10.0", "ControlPlane.Api.dll"));
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add($"http://127.0.0.1:{port}");
        start.Environment["ControlPlane__DataDirectory"] = directory;
        start.Environment["ControlPlane__BootstrapToken"] = Token;
        start.Environment["ControlPlane__LocalHost__Enabled"] = localHost ? "true" : "false";
        start.Environment["Serilog__MinimumLevel__Default"] = "Warning";
        foreach (var (key, value) in settings ?? []) { start.Environment[key] = value; }
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ReadyAsync(port);
        return new(process, directory, port, watch.Elapsed);
    }

    /// <summary>One without a host of its own, which agents elsewhere can join.</summary>
    public static async Task<MeasuredService> ForAgentsAsync(params (string Key, string Value)[] settings)
    {
        var door = new Uri($"https://127.0.0.1:{FreePort()}");
        var service = await StartAsync(
            localHost: false, null,
            // The second as its unit in deploy/systemd has it.
            [("ControlPlane__AgentEndpoint__Url", door.GetLeftPart(UriPartial.Authority)), ("DOTNET_GCgen0MaxBudget", "600000"), .. settings]);
        service.Door = door;
        return service;
    }

    /// <summary>How many bytes its managed code has asked for so far, by its own metrics.</summary>
    public async Task<long> AllocatedBytesAsync()
    {
        const string name = "dotnet_gc_heap_total_allocated_bytes_total{";
        var metrics = await Client.GetStringAsync("/metrics");
        var line = metrics.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal));
        return (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Creates a VM and waits until it is made; returns its id.</summary>
    public async Task<string> CreateVmAsync(string name, object spec)
    {
        var made = await SendAsync(HttpMethod.Post, "/v1/vms", new { name, spec }, "wait=120");
        return made.GetProperty("state").GetString() == "SUCCEEDED" ? made.GetProperty("target").GetString()!["vms/".Length..]
            : throw new InvalidOperationException(made.ToString());
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, string? prefer = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (prefer is not null) { request.Headers.TryAddWithoutValidation("Prefer", prefer); }
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    public async Task UploadAsync(string path, string file)
    {
        await using var content = File.OpenRead(file);
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await Client.PutAsync(path, body)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task ReadyAsync(int port)
    {
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(limit);
        while (true)
        {
            try
            {
                using var response = await client.GetAsync($"http://127.0.0.1:{port}/readyz", deadline.Token);
                if (response.IsSuccessStatusCode) { return; }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(10, deadline.Token);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "ControlPlane.sln"))) { directory = directory.Parent; }
        return directory.FullName;
    }
}
