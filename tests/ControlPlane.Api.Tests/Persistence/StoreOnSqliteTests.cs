using Microsoft.Data.Sqlite;

namespace ControlPlane.Api.Tests.Persistence;

public sealed class StoreOnSqliteTests : StoreTests
{
    private readonly ServiceFixture service;

    public StoreOnSqliteTests()
        : this(new ServiceFixture())
    {
    }

    private StoreOnSqliteTests(ServiceFixture service)
        : base(service) => this.service = service;

    [Fact]
    public async Task A_service_that_died_while_it_migrated_starts_again()
    {
        await service.StopAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(service.Directory, "controlplane.db")};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """;
            await command.ExecuteNonQueryAsync();
        }

        await Task.Run(service.InitializeAsync).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.NotEmpty((await service.GetAsync("/v1/pools")).GetProperty("items").EnumerateArray());
    }
}
