using System.Diagnostics;
using System.Globalization;

namespace ControlPlane.Benchmarks;

/// <summary>QEMU processes as the machine knows them.</summary>
internal static class Guest
{
    /// <summary>Those whose command line names something below a directory.</summary>
    public static IReadOnlyList<int> Below(string directory) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path))
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => int.Parse(name, CultureInfo.InvariantCulture))
            .Where(id => id != Environment.ProcessId && Words(id).Any(word => word.StartsWith(directory, StringComparison.Ordinal))),
    ];

    /// <summary>A process's command line.</summary>
    public static string[] Words(int process)
    {
        try { return File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries); }
        catch (IOException) { return []; }
    }

    public static void Kill(int process)
    {
        try { Process.GetProcessById(process).Kill(); }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
