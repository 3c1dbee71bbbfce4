using System.Globalization;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// One process that is proven to be a VM's own: its command line names the VM's pid file, and its start time tells it from a later
/// process with the same id.
/// </summary>
internal sealed record QemuProcess(int Id, long StartTicks)
{
    private const int MaxCommandLineBytes = 256 << 10;

    /// <summary>The VM's process, by its pid file, or by looking at every process; null when there is none.</summary>
    public static QemuProcess? Find(VmDirectory directory, bool everywhere)
    {
        if (ReadPidFile(directory.PidFile) is { } id && Probe(id, directory.PidFile) is { } process)
        {
            return process;
        }

        return everywhere ? FindAll(directory.PidFile).FirstOrDefault() : null;
    }

    /// <summary>Every process whose command line names this pid file: one at most, unless something is very wrong.</summary>
    public static IEnumerable<QemuProcess> FindAll(string pidFile) =>
        ProcessIds().Select(id => Probe(id, pidFile)).OfType<QemuProcess>();

    /// <summary>Pid files below a directory that running processes name on their command lines.</summary>
    public static IEnumerable<string> PidFilesBelow(string vmsDirectory) =>
        from id in ProcessIds()
        where StartTicksOf(id) is not null
        from argument in CommandLineOf(id)
        where argument.StartsWith(vmsDirectory + "/", StringComparison.Ordinal)
            && argument.EndsWith("/" + VmDirectory.PidName, StringComparison.Ordinal)
        select argument;

    /// <summary>The process with this id, if it is the one of the VM with this pid file.</summary>
    public static QemuProcess? Probe(int id, string pidFile)
    {
        if (StartTicksOf(id) is not { } ticks || !CommandLineOf(id).Contains(pidFile))
        {
            return null;
        }

        // The id may have changed hands between the two readings.
        return StartTicksOf(id) == ticks ? new QemuProcess(id, ticks) : null;
    }

    public bool IsAlive() => StartTicksOf(Id) == StartTicks;

    /// <summary>Kills this process and no other.</summary>
    public void Kill()
    {
        using var handle = Posix.OpenProcess(Id);
        if (handle is not null && IsAlive())
        {
            Posix.Signal(handle, Posix.SigKill);
        }
    }

    /// <summary>Waits until it is gone; false when it is still there after the time.</summary>
    public async Task<bool> WaitGoneAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (IsAlive())
        {
            if (time.GetElapsedTime(start) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, ct);
        }

        return true;
    }

    public IReadOnlyList<string> CommandLine() => CommandLineOf(Id);

    private static IEnumerable<int> ProcessIds() =>
        from path in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0
        select id;

    private static int? ReadPidFile(string path)
    {
        try
        {
            var text = File.ReadAllText(path).AsSpan().Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Null when there is no such process, or only its exit status is left.
    internal static long? StartTicksOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The second field is the name in parentheses, which may itself hold spaces and parentheses.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> CommandLineOf(int id)
    {
        try
        {
            var bytes = File.ReadAllBytes($"/proc/{id}/cmdline");
            return bytes.Length > MaxCommandLineBytes ? [] : System.Text.Encoding.UTF8.GetString(bytes).Split('\0');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
