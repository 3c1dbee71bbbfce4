using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Tests.Http.Lists;

public sealed class ListQueryOnSqliteTests : ListQueryTests
{
    private readonly SqliteConnection connection = new("Data Source=:memory:");

    protected override DbContextOptions<ShelfContext> Options => new DbContextOptionsBuilder<ShelfContext>().UseSqlite(connection).Options;

    public override Task InitializeAsync() => connection.OpenAsync();

    public override Task DisposeAsync() => connection.DisposeAsync().AsTask();
}
