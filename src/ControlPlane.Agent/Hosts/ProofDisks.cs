using System.Diagnostics;
using System.Globalization;

namespace ControlPlane.Agent.Hosts;

/// <summary>
/// The disks of proofs, in the folder of the VMs: not ids, so never taken for VMs, and each named by the process that proves with it, so
/// that one which died over a proof leaves nothing for good.
/// </summary>
internal static class ProofDisks
{
    private const string Prefix = ".proof-";

    // A process's start is told in ticks since the machine's, and a file's time by another clock.
    private static readonly TimeSpan margin = TimeSpan.FromSeconds(2);

    /// <summary>A disk of this process, with its own name for each proof.</summary>
    internal static string NewPath(string folder, DateTimeOffset now) => Path.Combine(Path.GetFullPath(folder),
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.CreateVersion7(now):N}.img"));

    /// <summary>Removes the disks of processes that are gone.</summary>
    internal static void RemoveLeftOver(string folder)
    {
        foreach (var disk in Directory.EnumerateFiles(folder, $"{Prefix}*.img"))
        {
            if (!IsInUse(disk)) { File.Delete(disk); }
        }
    }

    // A process that began after the disk was written only has the number of the one that wrote it.
    private static bool IsInUse(string disk)
    {
        var name = Path.GetFileName(disk)[Prefix.Length..].Split('-')[0];
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) { return false; }
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() <= File.GetLastWriteTimeUtc(disk) + margin;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
