using System.Diagnostics;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>A program that these tests have started, here or in a network namespace.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly string program;

    private ChildProcess(Process process, string program) => (this.process, this.program) = (process, program);

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts it. What it says, and complains, goes to <paramref name="said"/>, line by line.</summary>
    public static ChildProcess Start(NetworkSpace? space, IReadOnlyList<string> words, IEnumerable<(string Key, string Value)> settings,
        Action<string?> said)
    {
        // Sudo passes no environment on, env does.
        var all = settings.Select(pair => $"{pair.Key}={pair.Value}").ToList();
        IReadOnlyList<string> line = [.. space?.Inside ?? [], .. all.Count == 0 ? (string[])[] : ["env"], .. all, .. words];
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said(line.Data);
        process.ErrorDataReceived += (_, line) => said(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, words[0]);
    }

    /// <summary>Waits for its end and gives its exit code.</summary>
    public async Task<int> EndAsync(TimeSpan limit)
    {
        await process.WaitForExitAsync().WaitAsync(limit);
        return process.ExitCode;
    }

    /// <summary>Ends it as a power failure would end it.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await process.WaitForExitAsync();
    }

    /// <summary>Tells the program itself, not what stands before it.</summary>
    public void Send(Signal signal)
    {
        if (!process.HasExited) { Signals.Send(Inner(process.Id), signal); }
    }

    public void Dispose() => process.Dispose();

    // The namespace's tool and env become the program; sudo stays, and waits for it.
    private int Inner(int id)
    {
        var word = File.ReadAllText($"/proc/{id}/cmdline").Split('\0')[0];
        if (Path.GetFileName(word) == Path.GetFileName(program)) { return id; }
        var children = File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return children.Length == 0 ? id : Inner(int.Parse(children[0], global::System.Globalization.CultureInfo.InvariantCulture));
    }
}
