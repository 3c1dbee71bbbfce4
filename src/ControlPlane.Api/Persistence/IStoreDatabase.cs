using System.Data.Common;

namespace ControlPlane.Api.Persistence;

/// <summary>The database below the store: all that differs between SQLite and PostgreSQL, except the words of a query.</summary>
public interface IStoreDatabase : IAsyncDisposable
{
    /// <summary>What it is and where, for people; without a secret.</summary>
    string Description { get; }

    /// <summary>Whether other processes may write to it too.</summary>
    bool IsShared { get; }

    /// <summary>Brings the schema up to date; waits for another process that is doing so.</summary>
    Task MigrateAsync(CancellationToken ct);

    /// <summary>A context on a connection of its own, for reading.</summary>
    StoreContext Read();

    /// <summary>The lane's connection, open.</summary>
    Task<DbConnection> ConnectAsync(CancellationToken ct);

    /// <summary>Makes contexts on the lane's connection.</summary>
    Func<StoreContext> Writing(DbConnection lane);

    /// <summary>Runs what is written without a context on the lane's connection.</summary>
    ILaneStatements Statements(DbConnection lane);

    /// <summary>
    /// Begins the lane's transaction. Until its end nobody else commits, in this process or another, and it sees all that was committed
    /// before.
    /// </summary>
    /// <returns>The transaction; and where others write too the newest revision, else null.</returns>
    Task<(DbTransaction Transaction, long? Newest)> BeginAsync(DbConnection lane, CancellationToken ct);

    /// <summary>
    /// The last act of a transaction that wrote something: other processes are told of the revision when it commits.
    /// </summary>
    /// <returns>What <see cref="WasCommittedAsync"/> asks with, or null where a commit's outcome is always known.</returns>
    Task<string?> SealAsync(DbTransaction transaction, long revision);

    /// <summary>How a commit ended whose answer was lost; null where it could not be learnt.</summary>
    Task<bool?> WasCommittedAsync(string receipt);

    /// <summary>Whether the fault says that the database cannot be reached, rather than that it refused something.</summary>
    bool IsUnreachable(Exception fault);
}
