using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The store in a PostgreSQL database that any number of processes share. Their lanes take turns by an advisory lock that ends with the
/// transaction: PostgreSQL gives it on only when what was committed can be seen, so revisions are committed in their order.
/// </summary>
public sealed class PostgresStore : IStoreDatabase
{
    /// <summary>Where the lanes tell each other of new revisions.</summary>
    internal const string Channel = "controlplane";

    // Two numbers that no other program on the same database is likely to lock by.
    private const string LaneLock = "1129271888, 1";
    private const string MigrationLock = "1129271888, 2";
    private static readonly TimeSpan outcomePause = TimeSpan.FromMilliseconds(250);
    private const int OutcomeTries = 20;

    private readonly NpgsqlDataSource source;
    private readonly IInterceptor[] interceptors;
    private readonly DbContextOptions<PostgresStoreContext> reading;

    /// <summary>On a database that exists; it need not be reachable yet.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresStore(string connectionString, IEnumerable<IInterceptor> interceptors)
    {
        var settings = Defaults(new NpgsqlConnectionStringBuilder(connectionString));
        this.interceptors = [.. interceptors];
        source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        reading = Options(builder => builder.UseNpgsql(source));
        Description = $"database '{settings.Database ?? settings.Username}' of PostgreSQL at {settings.Host}:{settings.Port}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({MigrationLock})", ct);
        await using (var db = new PostgresStoreContext(Options(builder => builder.UseNpgsql(connection))))
        {
            await db.Database.MigrateAsync(ct);
        }
        await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({MigrationLock})", ct);
    }

    /// <inheritdoc/>
    public StoreContext Read() => new PostgresStoreContext(reading);

    /// <inheritdoc/>
    public async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        // An answer leaves after its commit is durable, whatever the server does by default; a stricter setting is left as it is.
        await ExecuteAsync(connection, """
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
            """, ct);
        return connection;
    }

    /// <inheritdoc/>
    public Func<StoreContext> Writing(DbConnection lane)
    {
        var options = Options(builder => builder.UseNpgsql(lane));
        return () => new PostgresStoreContext(options);
    }

    /// <inheritdoc/>
    public ILaneStatements Statements(DbConnection lane) => new BatchedStatements(lane);

    /// <inheritdoc/>
    public async Task<(DbTransaction Transaction, long? Newest)> BeginAsync(DbConnection lane, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)lane;
        var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            // Two statements: the second sees what was committed while the first waited.
            BatchCommands =
            {
                new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({LaneLock})"),
                new NpgsqlBatchCommand("SELECT coalesce(max(revision), 0) FROM events"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return (transaction, reader.GetInt64(0));
    }

    /// <inheritdoc/>
    public async Task<string?> SealAsync(DbTransaction transaction, long revision)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_current_xact_id()::text FROM pg_notify($1, $2)", (NpgsqlConnection)transaction.Connection!)
        {
            Parameters = { new() { Value = Channel }, new() { Value = revision.ToString(CultureInfo.InvariantCulture) } },
        };
        return (string?)await command.ExecuteScalarAsync();
    }

    /// <inheritdoc/>
    public async Task<bool?> WasCommittedAsync(string receipt)
    {
        for (var tries = 0; tries < OutcomeTries; tries++)
        {
            if (tries > 0) { await Task.Delay(outcomePause); }
            try
            {
                await using var command = source.CreateCommand("SELECT pg_xact_status($1::xid8)");
                command.Parameters.Add(new() { Value = receipt });
                switch (await command.ExecuteScalarAsync() as string)
                {
                    case "committed": return true;
                    case "aborted": return false;
                    case "in progress": continue;
                    default: return null;
                }
            }
            catch (Exception fault) when (IsUnreachable(fault))
            {
                // It may come back while the caller still waits.
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public bool IsUnreachable(Exception fault) => PostgresFaults.IsUnreachable(fault);

    /// <summary>A line of this process's own.</summary>
    internal Task<PostgresLink> LinkAsync(CancellationToken ct) => PostgresLink.OpenAsync(source, ct);

    /// <summary>Lets go of connections that may be dead, so that not every one of them fails a call first.</summary>
    internal void ForgetIdleConnections() => source.Clear();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    // What is said in the connection string stands.
    private static NpgsqlConnectionStringBuilder Defaults(NpgsqlConnectionStringBuilder settings)
    {
        void Default(string key, object value)
        {
            if (!settings.ContainsKey(key)) { settings[key] = value; }
        }

        Default("Application Name", "controlplane");
        Default("Timeout", 5);
        Default("Keepalive", 10);
        Default("Maximum Pool Size", 24);
        Default("Max Auto Prepare", 128);
        // A client that is gone without a word gives its locks back within half a minute.
        Default("Options", "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3");
        return settings;
    }

    private DbContextOptions<PostgresStoreContext> Options(Action<DbContextOptionsBuilder> on)
    {
        var builder = new DbContextOptionsBuilder<PostgresStoreContext>();
        on(builder);
        return builder.UseSnakeCaseNamingConvention().AddInterceptors(interceptors).Options;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
