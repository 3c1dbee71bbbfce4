using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>
/// The built agent as a process of its own, on a directory of its own; <c>CONTROLPLANE_AGENT</c> names a native one to take instead.
/// </summary>
internal sealed class MeasuredAgent : IAsyncDisposable
{
    private Process? process;

    private MeasuredAgent(string name) => Name = name;

    public string Name { get; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("controlplane-benchmark-").FullName;

    /// <summary>A host that has joined and runs.</summary>
    public static async Task<MeasuredAgent> StartAsync(MeasuredService service, string name)
    {
        var token = (await service.SendAsync(HttpMethod.Post, "/v1/hosts/join-tokens", new { name })).GetProperty("token").GetString()!;
        var agent = new MeasuredAgent(name);
        using var joining = agent.Launch("join", "--server", service.Door!.ToString(), "--token", token);
        await joining.WaitForExitAsync();
        if (joining.ExitCode != 0) { throw new InvalidOperationException($"{name} could not join ({joining.ExitCode})"); }
        agent.Run();
        return agent;
    }

    /// <summary>Runs it, again after its end.</summary>
    public void Run() => process = Launch("run");

    /// <summary>The ids of the processes whose command line names a file below this directory's VMs.</summary>
    public IReadOnlyList<int> Guests() => Guest.Below(Path.Combine(Directory, "vms"));

    /// <summary>Each line that it writes.</summary>
    public event Action<string>? Said;

    /// <summary>What the process has in memory.</summary>
    public double ResidentMiB
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64 / (double)(1 << 20);
        }
    }

    /// <summary>Ends the agent alone, at once.</summary>
    public async Task EndAsync()
    {
        process!.Kill();
        await GoneAsync(process);
    }

    /// <summary>Ends the agent, its watchdog and all guests at once, as a power failure would.</summary>
    public async Task EndAllAsync()
    {
        foreach (var id in Guest.Below(Directory).Append(process!.Id)) { Guest.Kill(id); }
        await GoneAsync(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) { await EndAllAsync(); }
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task GoneAsync(Process ended)
    {
        await ended.WaitForExitAsync();
        ended.Dispose();
        process = null;
    }

    private Process Launch(params string[] words)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var native = Environment.GetEnvironmentVariable("CONTROLPLANE_AGENT");
        var start = new ProcessStartInfo(native ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (native is null)
        {
            start.ArgumentList.Add(Path.Combine(
                MeasuredService.Root, "src", "ControlPlane.Agent", "bin", configuration, "net10.0", "ControlPlane.Agent.dll"));
        }
        foreach (var word in words.Append("--data").Append(Directory)) { start.ArgumentList.Add(word); }
        start.Environment["ControlPlane__Agent__HardwareProofTimeoutSeconds"] = "1";
        // As its unit in deploy/systemd has it.
        if (native is not null) { start.Environment["DOTNET_GCgen0size"] = "200000"; }
        var launched = Process.Start(start)!;
        launched.OutputDataReceived += (_, _) => { };
        launched.ErrorDataReceived += (_, line) => Said?.Invoke(line.Data ?? "");
        launched.BeginOutputReadLine();
        launched.BeginErrorReadLine();
        return launched;
    }
}
