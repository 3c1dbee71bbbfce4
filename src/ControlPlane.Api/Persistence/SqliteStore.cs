using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ControlPlane.Api.Persistence;

/// <summary>The store in one SQLite file, of one process: WAL, every commit durable before it is answered (synchronous FULL).</summary>
public sealed class SqliteStore : IStoreDatabase
{
    private const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;";

    private readonly string file;
    private readonly IInterceptor[] interceptors;
    private readonly DbContextOptions<SqliteStoreContext> reading;

    /// <summary>On a file, which is made when it is not there.</summary>
    public SqliteStore(string file, IEnumerable<IInterceptor> interceptors)
    {
        (this.file, this.interceptors) = (file, [.. interceptors]);
        reading = Options(builder => builder.UseSqlite(ConnectionString(file)), [new Opened(), .. this.interceptors]);
    }

    /// <inheritdoc/>
    public string Description => file;

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var db = Read();
        // A service killed while it migrated leaves its lock behind. The data directory is held, so nobody else migrates now.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);
        await db.Database.MigrateAsync(ct);
    }

    /// <inheritdoc/>
    public StoreContext Read() => new SqliteStoreContext(reading);

    /// <inheritdoc/>
    public async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(ConnectionString(file));
        await connection.OpenAsync(ct);
        Prepare(connection);
        return connection;
    }

    /// <inheritdoc/>
    public Func<StoreContext> Writing(DbConnection lane)
    {
        var options = Options(builder => builder.UseSqlite(lane), interceptors);
        return () => new SqliteStoreContext(options);
    }

    /// <inheritdoc/>
    public ILaneStatements Statements(DbConnection lane) => new SqliteStatements((SqliteConnection)lane);

    /// <inheritdoc/>
    public Task<(DbTransaction Transaction, long? Newest)> BeginAsync(DbConnection lane, CancellationToken ct) =>
        Task.FromResult<(DbTransaction, long?)>((((SqliteConnection)lane).BeginTransaction(deferred: false), null));

    /// <inheritdoc/>
    public Task<string?> SealAsync(DbTransaction transaction, long revision) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public Task<bool?> WasCommittedAsync(string receipt) => Task.FromResult<bool?>(null);

    /// <inheritdoc/>
    public bool IsUnreachable(Exception fault) => false;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Cache = SqliteCacheMode.Private, Pooling = true,
    }.ToString();

    private static DbContextOptions<SqliteStoreContext> Options(Action<DbContextOptionsBuilder> on, IInterceptor[] interceptors)
    {
        var builder = new DbContextOptionsBuilder<SqliteStoreContext>();
        on(builder);
        return builder.UseSnakeCaseNamingConvention().AddInterceptors(interceptors).Options;
    }

    private static void Prepare(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // The settings belong to a connection, and pooled connections keep them.
    private sealed class Opened : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData opened) =>
            Prepare((SqliteConnection)connection);

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData opened, CancellationToken cancellationToken = default)
        {
            Prepare((SqliteConnection)connection);
            return Task.CompletedTask;
        }
    }
}
