using System.Text;
using ControlPlane.System.Tests.Fleets;

namespace ControlPlane.System.Tests;

/// <summary>The built agent as a process of its own, with a directory of its own: a host, as far as the service can tell.</summary>
public sealed class AgentProcess : IAsyncDisposable
{
    // Set to a published binary, the same tests run with that.
    private static readonly string? binary = Environment.GetEnvironmentVariable("CONTROLPLANE_AGENT");

    private readonly StringBuilder output = new();
    private readonly NetworkSpace? space;
    private readonly IReadOnlyList<(string Key, string Value)> settings;
    private ChildProcess? process;

    private AgentProcess(string name, NetworkSpace? space, IReadOnlyList<(string Key, string Value)> settings) =>
        (Name, this.space, this.settings) = (name, space, settings);

    /// <summary>The host's name.</summary>
    public string Name { get; }

    public string Directory { get; } = global::System.IO.Directory.CreateTempSubdirectory("controlplane-agent-").FullName;

    /// <summary>What it has said since it was started last.</summary>
    public string Output
    {
        get { lock (output) { return output.ToString(); } }
    }

    /// <summary>A host that has joined, not running yet; in a network namespace where one is given.</summary>
    public static async Task<AgentProcess> JoinAsync(
        ServiceProcess service, Uri door, string name, NetworkSpace? space = null, params (string Key, string Value)[] settings)
    {
        var token = await service.AskAsync(200, HttpMethod.Post, "/v1/hosts/join-tokens", new { name });
        var agent = new AgentProcess(name, space, settings);
        var code = await agent.EndAsync("join", "--server", door.ToString(), "--token", token.GetProperty("token").GetString()!);
        Assert.True(code == 0, agent.Output);
        return agent;
    }

    /// <summary>Runs a command to its end and gives its exit code.</summary>
    public async Task<int> EndAsync(params string[] words)
    {
        using var once = Launch([.. words, "--data", Directory]);
        return await once.EndAsync(TimeSpan.FromSeconds(120));
    }

    /// <summary>Starts it; what it says begins anew.</summary>
    public void Run()
    {
        lock (output) { output.Clear(); }
        process = Launch(["run", "--data", Directory]);
    }

    /// <summary>Ends it as a power failure would end it; its guests run on.</summary>
    public async Task KillAsync()
    {
        await process!.KillAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Whether it runs; one that has ended by itself does not.</summary>
    public bool Runs => process is { HasExited: false };

    /// <summary>Stops it or lets it go on, without its knowing.</summary>
    public void Send(Signal signal) => process!.Send(signal);

    /// <summary>The processes of its guests.</summary>
    public IReadOnlyList<GuestProcess> Guests() => GuestProcess.Under(Directory);

    /// <summary>What a guest has written to its serial line, as it lies on the host.</summary>
    public string Console(string vm)
    {
        var path = Path.Combine(Directory, "vms", vm, "serial.log");
        if (!File.Exists(path)) { return ""; }
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd();
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs) { await KillAsync(); }
        foreach (var guest in Guests()) { guest.Kill(); }
        await Eventually.TrueAsync(() => Task.FromResult(Guests().Count == 0), TimeSpan.FromSeconds(30), () => "guests outlive their kill");
        global::System.IO.Directory.Delete(Directory, recursive: true);
    }

    private ChildProcess Launch(IEnumerable<string> words) =>
        ChildProcess.Start(space, [.. binary is null ? (string[])["dotnet", RepositoryRoot.AgentAssembly] : [binary], .. words], settings, Keep);

    private void Keep(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
            if (output.Length > 200_000) { output.Remove(0, 100_000); }
        }
    }
}
