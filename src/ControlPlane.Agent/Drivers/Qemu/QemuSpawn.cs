using System.ComponentModel;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// Starts QEMU so that it outlives the agent: in a session of its own (no Ctrl-C, no hang-up), with none of the agent's handles,
/// environment or pipes, and with its own messages in a file.
/// </summary>
internal static class QemuSpawn
{
    private const int TailChars = 500;

    // The shell becomes QEMU; until then its command line already names the VM, so that the process is found at any moment.
    private const string Script = "umask 077; exec \"$@\" </dev/null >>" + VmDirectory.QemuLogName + " 2>&1";

    /// <summary>Starts the process; it may still fail by itself.</summary>
    public static QemuProcess Start(VmDirectory directory, IReadOnlyList<string> command)
    {
        try
        {
            // Redirected pipes, closed at once, keep the framework from treating the child as a user of the terminal.
            using var child = Tool.Start(directory.Path, ["setsid", "sh", "-c", Script, "sh", .. command]);
            child.StandardInput.Close();
            child.StandardOutput.Close();
            child.StandardError.Close();
            // Between one program and the next its command line is empty for a moment: it is known by its start alone.
            return new QemuProcess(child.Id, QemuProcess.StartTicksOf(child.Id) ?? -1);
        }
        catch (Win32Exception fault)
        {
            throw new VmDriverException("ToolMissing", "QEMU cannot be started: setsid (util-linux) is not installed.", fault);
        }
    }

    /// <summary>Why a process that ended before its monitor answered did so, from what it wrote.</summary>
    public static VmDriverException Explain(VmDirectory directory, long logBytesBefore)
    {
        var words = directory.QemuLogTail(logBytesBefore, TailChars);
        bool Has(string text) => words.Contains(text, StringComparison.Ordinal);
        var reason = words switch
        {
            _ when Has("No space left on device") => "DiskFull",
            _ when words.StartsWith("sh: ", StringComparison.Ordinal) && Has("not found") => "QemuMissing",
            _ when Has("Failed to get") && Has("lock") => "DiskInUse",
            _ when Has("KVM") => "EngineUnavailable",
            _ when Has("allocate memory") => "NoMemory",
            _ when Has("Could not open") => "FileMissing",
            _ => "StartFailed",
        };
        return new VmDriverException(reason, $"QEMU ended at once: {(words.Length == 0 ? "it said nothing." : words)}");
    }
}
