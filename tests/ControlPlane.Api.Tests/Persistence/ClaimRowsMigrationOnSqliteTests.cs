using ControlPlane.Api.Persistence;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Api.Tests.Persistence;

public sealed class ClaimRowsMigrationOnSqliteTests : ClaimRowsMigrationTests, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("controlplane-migration-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Rows_that_a_claim_adds_are_in_the_trees_of_their_keys()
    {
        string[] claimed = ["allocations", "host_history", "host_inventory", "placements", "pool_limits"];
        await using var connection = new SqliteConnection($"Data Source={await SqliteTemplate.CopyAsync(directory)};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%' ORDER BY name";
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) { names.Add(reader.GetString(0)); }
        // A migration that makes one of them anew must say so again: what Entity Framework makes has rowids.
        Assert.Equal(claimed, names);
    }

    protected override StoreContext Open() => new SqliteStore(Path.Combine(directory, "empty.db"), []).Read();
}
