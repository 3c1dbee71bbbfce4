using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>A VM's directory: where each file is, and files that are whole or not there.</summary>
internal sealed partial class VmDirectory
{
    public const string QmpSocket = "qmp";
    public const string SerialSocket = "serial";
    public const string SerialLogName = "serial.log";
    public const string QemuLogName = "qemu.log";
    public const string DiskName = "disk.qcow2";
    public const string SeedName = "seed.iso";
    public const string RecordName = "assignment.json";
    public const string PidName = "pid";
    public const string MarkName = "mark";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string TemporarySuffix = ".new";

    private VmDirectory(string path) => Path = path;

    public string Path { get; }

    public string Disk => At(DiskName);

    public string Seed => At(SeedName);

    public string SerialLog => At(SerialLogName);

    public string QemuLog => At(QemuLogName);

    public string PidFile => At(PidName);

    public bool Exists => Directory.Exists(Path);

    /// <summary>The directory of a VM. Ids become paths, so anything else than an id is refused.</summary>
    public static VmDirectory Of(string vmsDirectory, string vmId) => IsId(vmId)
        ? new VmDirectory(System.IO.Path.Combine(System.IO.Path.GetFullPath(vmsDirectory), vmId))
        : throw new VmDriverException("InvalidId", "A VM id has 1 to 80 letters, digits, '_' and '-', and begins with a letter or digit.");

    /// <summary>Whether a word may name a VM's directory.</summary>
    public static bool IsId(string word) => IdPattern().IsMatch(word);

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the directory, for its owner only.</summary>
    public void Create()
    {
        if (Exists)
        {
            return;
        }

        Directory.CreateDirectory(Path, OwnerOnly);
        Posix.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>What a crash in the middle of <see cref="ReplaceAsync"/> left behind.</summary>
    public void RemoveTemporaries()
    {
        foreach (var leftover in Directory.EnumerateFiles(Path, "*" + TemporarySuffix))
        {
            File.Delete(leftover);
        }
    }

    /// <summary>Has a file made under another name, makes it durable, and only then gives it its name.</summary>
    public Task ReplaceAsync(string name, Func<string, Task> make) => ReplaceFileAsync(At(name), make);

    /// <summary>The same for a file anywhere.</summary>
    public static async Task ReplaceFileAsync(string path, Func<string, Task> make)
    {
        var temporary = path + TemporarySuffix;
        File.Delete(temporary);
        try
        {
            await make(temporary);
            using (var made = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(made);
            }

            File.Move(temporary, path, overwrite: true);
            Posix.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public QemuRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(At(RecordName)), QemuRecordJson.Default.QemuRecord);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException fault)
        {
            throw new VmDriverException("RecordUnreadable", $"The record {At(RecordName)} cannot be read.", fault);
        }
    }

    public Task WriteRecordAsync(QemuRecord record) =>
        ReplaceAsync(
            RecordName, path => WritePrivateAsync(path, JsonSerializer.SerializeToUtf8Bytes(record, QemuRecordJson.Default.QemuRecord)));

    /// <summary>Writes a file that only its owner can read.</summary>
    public static async Task WritePrivateAsync(string path, byte[] content)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var file = new FileStream(path, options);
        await file.WriteAsync(content);
    }

    /// <summary>The last part of QEMU's own messages after a position.</summary>
    public string QemuLogTail(long after, int maxChars)
    {
        try
        {
            using var file = new FileStream(QemuLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Max(Math.Min(after, file.Length), file.Length - maxChars);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return reader.ReadToEnd().Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Delete()
    {
        if (Exists)
        {
            Directory.Delete(Path, recursive: true);
            Posix.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
