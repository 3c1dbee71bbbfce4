using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Remote;

/// <summary>Where an agent keeps everything: one directory, for its owner only, used by one agent at a time.</summary>
public sealed class AgentFolder : IDisposable
{
    private const string Record = "host.json";
    private const string Pending = "joining.json";
    private const string Memory = "assignments.json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream held;

    private AgentFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>One directory per VM.</summary>
    public string Vms => System.IO.Path.Combine(Path, "vms");

    /// <summary>Files of images by their SHA-256.</summary>
    public string Images => System.IO.Path.Combine(Path, "images");

    /// <summary>Where the remembered assignments are.</summary>
    internal string MemoryFile => System.IO.Path.Combine(Path, Memory);

    /// <summary>Takes the directory, making it when needed; throws <see cref="IOException"/> where another agent has it.</summary>
    public static AgentFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path, OwnerOnly);
        var held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        foreach (var part in new[] { "vms", "images" }) { Directory.CreateDirectory(System.IO.Path.Combine(path, part), OwnerOnly); }
        return new(path, held);
    }

    /// <summary>What the host keeps of itself; null before it has tried to join.</summary>
    public HostRecord? ReadRecord() => Read(Record, HostRecordJson.Default.HostRecord);

    /// <summary>Replaces it.</summary>
    public Task WriteAsync(HostRecord record) => ReplaceAsync(Record, record, HostRecordJson.Default.HostRecord);

    /// <summary>With which key it tries to join, so that it is the same machine that asks again; null when it does not.</summary>
    public HostRecord? ReadPending() => Read(Pending, HostRecordJson.Default.HostRecord);

    /// <summary>Keeps the key before it is sent anywhere.</summary>
    public Task WritePendingAsync(HostRecord record) => ReplaceAsync(Pending, record, HostRecordJson.Default.HostRecord);

    /// <summary>It has joined.</summary>
    public async Task JoinedAsync(HostRecord record)
    {
        await WriteAsync(record);
        File.Delete(System.IO.Path.Combine(Path, Pending));
    }

    /// <summary>What the agent was told last; null when nothing was.</summary>
    public AssignmentPage? ReadMemory() => Read(Memory, AgentJson.Default.AssignmentPage);

    /// <summary>Replaces it.</summary>
    public Task WriteAsync(AssignmentPage page) => ReplaceAsync(Memory, page, AgentJson.Default.AssignmentPage);

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private T? Read<T>(string name, JsonTypeInfo<T> shape)
        where T : class
    {
        var path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), shape) : null;
    }

    // A crash leaves the old file or the new one, never a part.
    private async Task ReplaceAsync<T>(string name, T value, JsonTypeInfo<T> shape)
    {
        var (path, fresh) = (System.IO.Path.Combine(Path, name), System.IO.Path.Combine(Path, $"{name}.new"));
        File.Delete(fresh);
        await VmDirectory.WritePrivateAsync(fresh, JsonSerializer.SerializeToUtf8Bytes(value, shape));
        using (var made = File.OpenHandle(fresh, FileMode.Open, FileAccess.ReadWrite)) { RandomAccess.FlushToDisk(made); }
        File.Move(fresh, path, overwrite: true);
        Posix.SyncDirectory(Path);
    }
}
