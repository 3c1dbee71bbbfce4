using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Http.Lists;

public sealed class ListQueryOnPostgresTests : ListQueryTests
{
    private PostgresDatabase? database;

    protected override DbContextOptions<ShelfContext> Options =>
        new DbContextOptionsBuilder<ShelfContext>().UseNpgsql(database!.ConnectionString).Options;

    public override async Task InitializeAsync() => database = await PostgresDatabase.CreateEmptyAsync();

    public override async Task DisposeAsync()
    {
        if (database is not null) { await database.DisposeAsync(); }
    }
}
