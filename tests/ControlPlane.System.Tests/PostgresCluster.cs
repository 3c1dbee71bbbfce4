using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.System.Tests;

/// <summary>
/// A PostgreSQL server of one test class: its own folder and port, made of the installed binaries, gone afterwards. It can be stopped and
/// started, which no shared server can. Skips, with the reason, where PostgreSQL is not installed.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Unprivileged = "nobody";

    private readonly string folder = Directory.CreateTempSubdirectory("controlplane-pg-").FullName;
    private readonly int port = FreePort();
    private string? binaries;

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=controlplane;Database={database}";

    /// <summary>The settings of a service on a database of this server, with simulated hosts only.</summary>
    public (string Key, string Value)[] Settings(string database) =>
    [
        ("ControlPlane__Store", "Postgres"), ("ConnectionStrings__ControlPlane", ConnectionString(database)),
        ("ControlPlane__LocalHost__Enabled", "false"), ("ControlPlane__Operations__LeaseSeconds", "3"),
        ("ControlPlane__Operations__SweepSeconds", "1"),
    ];

    public async Task InitializeAsync()
    {
        binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(version => version).Select(version => $"{version}/bin").LastOrDefault()
            : null;
        if (binaries is null) { return; }
        if (Environment.IsPrivilegedProcess) { await RunAsync("chown", Unprivileged, folder); }
        await AsServerAsync("initdb", "-D", $"{folder}/data", "-U", "controlplane", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await StartAsync();
    }

    /// <summary>Skips where there is no server.</summary>
    public void Require() => Skip.If(binaries is null, "PostgreSQL is not installed; deploy/test.sh installs it");

    /// <summary>A fresh database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        Require();
        var name = $"test_{Guid.NewGuid():N}";
        await AsServerAsync("createdb", "-h", folder, "-p", $"{port}", "-U", "controlplane", name);
        return name;
    }

    public Task StartAsync() => AsServerAsync("pg_ctl", "-D", $"{folder}/data", "-l", $"{folder}/log", "-w", "-o",
        $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200", "start");

    /// <summary>Stops it, with every connection broken: at once, as a crash would, or after a last checkpoint.</summary>
    public Task StopAsync(bool crash = false) =>
        AsServerAsync("pg_ctl", "-D", $"{folder}/data", "-w", "-m", crash ? "immediate" : "fast", "stop");

    public async Task DisposeAsync()
    {
        if (binaries is not null && File.Exists($"{folder}/data/postmaster.pid")) { await StopAsync(crash: true); }
        Directory.Delete(folder, recursive: true);
    }

    // PostgreSQL refuses to run as root.
    private Task AsServerAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? RunAsync("setpriv", [$"--reuid={Unprivileged}", "--regid=nogroup", "--clear-groups", $"{binaries}/{program}", .. arguments])
        : RunAsync($"{binaries}/{program}", arguments);

    // Its output goes to a file: a server that inherited a pipe would keep it open.
    private async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder };
        string[] line = ["-c", "exec \"$@\" >>out.txt 2>&1 </dev/null", "sh", program, .. arguments];
        foreach (var word in line) { start.ArgumentList.Add(word); }
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await File.ReadAllTextAsync($"{folder}/out.txt")}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
