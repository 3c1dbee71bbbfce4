using ControlPlane.Agent.Drivers.Qemu;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Agent.Fencing;

/// <summary>Sees to it that a watchdog watches: begins one, in a session of its own, where none shows a sign of life.</summary>
internal sealed class WatchdogKeeper(string folder, WatchdogSign sign, TimeProvider time, ILogger<WatchdogKeeper> logger)
{
    private const string Script = "umask 077; exec \"$@\" </dev/null >watchdog.log 2>&1";
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the token ends; the watchdog lives on.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var pause = beat;
            if (!sign.IsFresh())
            {
                Begin();
                pause = patience;
            }
            var until = time.GetElapsedTime(0) + pause;
            do { await Task.Delay(beat, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
            while (!ct.IsCancellationRequested && !sign.IsFresh() && time.GetElapsedTime(0) < until);
        }
    }

    // Where one hangs it holds its lock, and the new one ends at once: then guests are begun only when it is well again.
    private void Begin()
    {
        try
        {
            // Redirected pipes, closed at once: it holds nothing of the agent's, and what it says goes to a file.
            using var begun = Tool.Start(folder, ["setsid", "sh", "-c", Script, "sh", .. Command()]);
            begun.StandardInput.Close();
            begun.StandardOutput.Close();
            begun.StandardError.Close();
            FencingLog.Begun(logger, begun.Id);
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            FencingLog.NotBegun(logger, fault);
        }
    }

    // The same program: as a binary of its own, or by the runtime that runs it.
    private List<string> Command()
    {
        var program = Environment.ProcessPath!;
        string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, "ControlPlane.Agent.dll")] : [program];
        return [.. own, "watchdog", "--data", folder];
    }
}
