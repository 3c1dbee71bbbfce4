using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Runs a program to its end, with a time limit and bounded output, and leaves no process behind.</summary>
internal static class Tool
{
    private const int MaxOutputChars = 256 << 10;

    /// <summary>Runs it. Throws <see cref="Win32Exception"/> when it cannot be started.</summary>
    public static async Task<ToolResult> RunAsync(
        string directory, IReadOnlyList<string> command, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        using var process = Start(directory, command);
        process.StandardInput.Close();
        var output = ReadAsync(process.StandardOutput);
        var errors = ReadAsync(process.StandardError);
        var timedOut = false;
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            timedOut = true;
        }

        return new ToolResult(process.ExitCode, await output, await errors, timedOut);
    }

    /// <summary>Starts it and returns at once.</summary>
    public static Process Start(string directory, IReadOnlyList<string> command)
    {
        Posix.KeepHandlesFromChildren();
        return Process.Start(Describe(directory, command))!;
    }

    // Nothing of the service's environment, which may hold secrets, but what finds programs.
    private static ProcessStartInfo Describe(string directory, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = directory, UseShellExecute = false,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, Math.Min(count, MaxOutputChars - text.Length));
        }

        return text.ToString();
    }
}
