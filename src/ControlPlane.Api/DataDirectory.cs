namespace ControlPlane.Api;

/// <summary>Where the service keeps everything: one directory, owned by one running service at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream held;

    private DataDirectory(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The database.</summary>
    public string DatabaseFile => Combine("controlplane.db");

    /// <summary>Where images are kept, under their ids.</summary>
    public string Images => Combine("images");

    /// <summary>Where the VMs of this machine are kept, under their ids.</summary>
    public string Vms => Combine("vms");

    /// <summary>The name of this process among those on one database.</summary>
    public string ReplicaFile => Combine("replica");

    /// <summary>The first token, readable by its owner only.</summary>
    public string BootstrapTokenFile => Combine("bootstrap-token");

    /// <summary>
    /// Takes the directory, making it when needed; throws <see cref="Http.StartupRefusedException"/> with the reason when it cannot.
    /// </summary>
    public static DataDirectory Take(string? configured)
    {
        var path = System.IO.Path.GetFullPath(string.IsNullOrWhiteSpace(configured) ? Default() : configured);
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var part in new[] { "images", "vms" }) { Directory.CreateDirectory(System.IO.Path.Combine(path, part)); }
            var probe = System.IO.Path.Combine(path, "images", ".writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new(path, held);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new Http.StartupRefusedException(
                $"ControlPlane:DataDirectory is '{path}', which cannot be used: {fault.Message.TrimEnd('.')}. "
                + "Give a directory that this user may write and that no other service uses.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static string Default() => System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "controlplane");

    private string Combine(string name) => System.IO.Path.Combine(Path, name);
}
