namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>Which isolation controls are in force for a process, as the kernel tells it.</summary>
internal static class IsolationAttest
{
    private const string SeccompFilter = "2";

    /// <summary>The names of the controls, in a fixed order; none when the process is gone.</summary>
    public static IReadOnlyList<string> Of(QemuProcess process)
    {
        var status = Status(process.Id);
        if (status.Count == 0 || !process.IsAlive())
        {
            return [];
        }

        var controls = new List<string>(4);
        AddIf(controls, status.GetValueOrDefault("Seccomp") == SeccompFilter, "syscallFilter");
        AddIf(controls, status.GetValueOrDefault("NoNewPrivs") == "1", "noNewPrivileges");
        AddIf(controls, HasOwnUser(status), "ownUser");
        AddIf(controls, HasNoNetwork(process), "networkScope");
        return controls;
    }

    private static void AddIf(List<string> controls, bool holds, string name)
    {
        if (holds)
        {
            controls.Add(name);
        }
    }

    private static bool HasOwnUser(Dictionary<string, string> status)
    {
        var own = Status(Environment.ProcessId).GetValueOrDefault("Uid")?.Split('\t');
        var its = status.GetValueOrDefault("Uid")?.Split('\t');
        return own is not null && its is not null && its.All(id => id != "0" && !own.Contains(id));
    }

    // No network device was asked for, none comes by default, and the kernel shows no handle through which one could be reached.
    private static bool HasNoNetwork(QemuProcess process)
    {
        var arguments = process.CommandLine();
        var asked = arguments.Any(
            argument => argument is "-netdev" or "-nic" or "-net" || argument.Contains("-net-", StringComparison.Ordinal));
        return arguments.Contains("-nodefaults") && !asked && !HasNetworkHandle(process.Id);
    }

    private static bool HasNetworkHandle(int processId)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{processId}/fd").Select(path => File.ResolveLinkTarget(path, returnFinalTarget: false))
                .Any(target => target?.FullName is { } name
                    && (name.EndsWith("/net/tun", StringComparison.Ordinal) || name.Contains("vhost-net", StringComparison.Ordinal)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What cannot be looked at is not attested.
            return true;
        }
    }

    private static Dictionary<string, string> Status(int processId)
    {
        try
        {
            return File.ReadLines($"/proc/{processId}/status").Select(line => line.Split(":\t", 2)).Where(parts => parts.Length == 2)
                .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
