using System.Diagnostics;

namespace ControlPlane.Benchmarks;

/// <summary>This program once more, as a process of its own that is told on its input and answers on its output.</summary>
internal static class OwnProcess
{
    public static Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (var word in words) { start.ArgumentList.Add(word); }
        return Process.Start(start)!;
    }
}
