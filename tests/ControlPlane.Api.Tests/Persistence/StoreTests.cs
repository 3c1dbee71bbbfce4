using ControlPlane.Api.Persistence;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>The write lane and the file below it.</summary>
public sealed class StoreTests : IAsyncLifetime
{
    private readonly ServiceFixture service = new();

    private Store Store => service.Services.GetRequiredService<Store>();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

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

    [Fact]
    public async Task Writes_of_one_commit_succeed_and_fail_each_by_itself()
    {
        var before = Store.Revision;
        var writes = Enumerable.Range(0, 40).Select(i => WriteAsync(i)).ToList();

        foreach (var (i, write) in writes.Index())
        {
            if (i % 3 == 0) { await Assert.ThrowsAsync<InvalidOperationException>(() => write); }
            else { await write; }
        }

        var kept = Enumerable.Range(0, 40).Count(i => i % 3 == 1);
        Assert.Equal(kept, (await service.GetAsync("/v1/pools?pageSize=1000")).GetProperty("items").GetArrayLength() - 1);
        Assert.Equal(before + kept, Store.Revision);
        await using var db = Store.Read(null);
        Assert.Equal(before + kept, await db.Events.MaxAsync(change => change.Revision));
        Assert.Equal(before + kept, await db.Events.CountAsync());
    }

    // By turns: a fault, a write that is kept, a refusal.
    private Task<bool> WriteAsync(int i) => Store.WriteAsync("default", async session =>
    {
        session.Db.Pools.Add(new Pool(new(Guid.CreateVersion7(session.Now)), "default", ResourceName.Parse($"p{i}"), null, session.Now));
        await session.Db.SaveChangesAsync(CancellationToken.None);
        if (i % 3 == 0) { throw new InvalidOperationException("on purpose"); }
        if (i % 3 == 2) { session.RollBack(); }
        return true;
    }, CancellationToken.None);
}
