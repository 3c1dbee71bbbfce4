using ControlPlane.Api.Persistence;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Api.Tests;

/// <summary>A file with the store's tables, copied for each test: bringing the schema about takes longer than many a test.</summary>
internal static class SqliteTemplate
{
    private const string Name = "controlplane.db";

    private static readonly Lazy<Task<string>> template = new(MakeAsync);

    /// <summary>Puts a copy into a directory that has none; gives its path.</summary>
    public static async Task<string> CopyAsync(string directory)
    {
        var file = Path.Combine(directory, Name);
        if (!File.Exists(file)) { File.Copy(await template.Value, file); }
        return file;
    }

    private static async Task<string> MakeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("controlplane-template-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        var file = Path.Combine(directory, Name);
        await using (var store = new SqliteStore(file, [])) { await store.MigrateAsync(CancellationToken.None); }
        // Out of the log into the file, which is all that is copied.
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync();
        return file;
    }
}
