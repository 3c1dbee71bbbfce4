using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ControlPlane.Api.Persistence;

/// <summary>How the SQLite file is opened: WAL, every commit durable before it is answered (synchronous FULL).</summary>
internal static class SqliteStore
{
    private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;";

    internal static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Cache = SqliteCacheMode.Private, Pooling = true,
    }.ToString();

    internal static DbContextOptions<SqliteStoreContext> Options(string file, params IInterceptor[] interceptors) =>
        new DbContextOptionsBuilder<SqliteStoreContext>()
            .UseSqlite(ConnectionString(file)).UseSnakeCaseNamingConvention()
            .AddInterceptors([new Opened(), .. interceptors]).Options;

    internal static DbContextOptions<SqliteStoreContext> Options(SqliteConnection connection, params IInterceptor[] interceptors) =>
        new DbContextOptionsBuilder<SqliteStoreContext>()
            .UseSqlite(connection).UseSnakeCaseNamingConvention().AddInterceptors(interceptors).Options;

    internal static void Prepare(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // The settings belong to a connection, and pooled connections keep them.
    private sealed class Opened : DbConnectionInterceptor
    {
        public override void ConnectionOpened(System.Data.Common.DbConnection connection, ConnectionEndEventData opened) =>
            Prepare((SqliteConnection)connection);

        public override Task ConnectionOpenedAsync(
            System.Data.Common.DbConnection connection, ConnectionEndEventData opened, CancellationToken cancellationToken = default)
        {
            Prepare((SqliteConnection)connection);
            return Task.CompletedTask;
        }
    }
}
