using System.Diagnostics;

namespace ControlPlane.System.Tests;

/// <summary>A QEMU process, found in /proc as anybody would find it.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="VmId">The VM whose directory it uses.</param>
public sealed record GuestProcess(int Id, string VmId)
{
    public static IReadOnlyList<GuestProcess> Under(string directory)
    {
        var found = new List<GuestProcess>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), out var id) || CommandLine(id) is not { } line) { continue; }
            var marker = line.IndexOf($"{directory}/vms/vm_", StringComparison.Ordinal);
            if (marker >= 0 && line.Contains("qemu-system", StringComparison.Ordinal))
            {
                found.Add(new(id, line.Substring(marker + directory.Length + "/vms/".Length, "vm_".Length + 26)));
            }
        }
        return found;
    }

    public void Kill()
    {
        try { Process.GetProcessById(Id).Kill(); }
        catch (ArgumentException) { return; }
    }

    // Null for a process that is gone, or that only waits for its parent to take notice.
    private static string? CommandLine(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
            return line.Length == 0 ? null : line;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
