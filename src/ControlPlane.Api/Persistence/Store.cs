using System.Threading.Channels;
using ControlPlane.Core.Scheduling;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The one way to the truth. Reads see what is committed. Writes take turns in one lane and share commits, each still succeeding or
/// failing by itself (a savepoint around each); their callers are answered after the commit.
/// </summary>
public sealed class Store : IAsyncDisposable
{
    private readonly Channel<IWrite> lane;
    private readonly string file;
    private readonly IInterceptor[] interceptors;
    private readonly DbContextOptions<SqliteStoreContext> reading;
    private readonly int maxWritesPerCommit;
    private readonly TimeProvider time;
    private readonly ILogger<Store> logger;
    private readonly ChangeFeed feed = new();
    private FleetSnapshot fleet = FleetSnapshot.Empty;
    private long committedRevision;
    private Task? running;

    /// <summary>A store on the data directory's file; <see cref="OpenAsync"/> comes first.</summary>
    public Store(
        DataDirectory directory, IOptions<StoreOptions> options, IEnumerable<IInterceptor> interceptors, TimeProvider time,
        ILogger<Store> logger)
    {
        (this.time, this.logger, maxWritesPerCommit) = (time, logger, options.Value.MaxWritesPerCommit);
        this.interceptors = [.. interceptors];
        file = directory.DatabaseFile;
        reading = SqliteStore.Options(file, this.interceptors);
        lane = Channel.CreateBounded<IWrite>(new BoundedChannelOptions(options.Value.MaxWaitingWrites) { SingleReader = true });
    }

    /// <summary>Who waits for committed changes waits here.</summary>
    public ChangeSignals Signals { get; } = new();

    /// <summary>The fleet as committed.</summary>
    public FleetSnapshot Fleet => Volatile.Read(ref fleet);

    /// <summary>The newest committed revision.</summary>
    public long Revision => Volatile.Read(ref committedRevision);

    /// <summary>Brings the schema up to date, reads the fleet in and opens the lane.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        await using (var db = Read(null))
        {
            // A service killed while it migrated leaves its lock behind. The data directory is held, so nobody else migrates now.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);
            await db.Database.MigrateAsync(ct);
            feed.Revision = committedRevision = await db.Events.MaxAsync(change => (long?)change.Revision, ct) ?? 0;
            fleet = await FleetFollower.ReadAsync(db, ct);
        }
        PersistenceLog.Opened(logger, file, committedRevision, fleet.Count);
        running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>A context that sees what is committed, of one project or (null) of all. It cannot save.</summary>
    public StoreContext Read(string? project) => new SqliteStoreContext(reading)
    {
        Project = project, ChangeTracker = { QueryTrackingBehavior = QueryTrackingBehavior.NoTracking },
    };

    /// <summary>Does the work in the lane and returns after its commit. A fault in it leaves nothing behind and is thrown here.</summary>
    public Task<T> WriteAsync<T>(string? project, Func<StoreSession, Task<T>> work, CancellationToken ct)
    {
        var write = new Write<T>(project, work, ct);
        if (!lane.Writer.TryWrite(write)) { throw new StoreBusyException(); }
        return write.Task;
    }

    /// <summary>Lets the lane finish what it holds, then closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        lane.Writer.TryComplete();
        if (running is not null) { await running; }
    }

    private async Task RunAsync()
    {
        await using var connection = new SqliteConnection(SqliteStore.ConnectionString(file));
        await connection.OpenAsync();
        SqliteStore.Prepare(connection);
        var options = SqliteStore.Options(connection, interceptors);
        var batch = new List<IWrite>(maxWritesPerCommit);
        while (await lane.Reader.WaitToReadAsync())
        {
            while (batch.Count < maxWritesPerCommit && lane.Reader.TryRead(out var write)) { batch.Add(write); }
            await CommitAsync(connection, options, batch);
            batch.Clear();
        }
    }

    private async Task CommitAsync(SqliteConnection connection, DbContextOptions<SqliteStoreContext> options, List<IWrite> batch)
    {
        var kept = new List<(IWrite Write, StoreSession Session)>(batch.Count);
        var draft = fleet;
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var write in batch)
            {
                if (write.Abandoned) { write.Fail(new OperationCanceledException()); continue; }
                if (await TakeTurnAsync(write, options, transaction, draft) is not { } session) { continue; }
                kept.Add((write, session));
                if (!session.RolledBack) { draft = session.Fleet; }
            }
            await transaction.CommitAsync();
        }
        catch (Exception fault)
        {
            feed.Revision = committedRevision;
            PersistenceLog.CommitFailed(logger, batch.Count, fault);
            foreach (var write in batch) { write.Fail(fault); }
            return;
        }
        Publish(draft, kept);
    }

    private async Task<StoreSession?> TakeTurnAsync(
        IWrite write, DbContextOptions<SqliteStoreContext> options, SqliteTransaction transaction, FleetSnapshot draft)
    {
        var before = feed.Revision;
        await transaction.SaveAsync("turn");
        await using var db = new SqliteStoreContext(options) { Project = write.Project };
        var session = new StoreSession(db, draft, time.GetUtcNow());
        try
        {
            db.Database.AutoSavepointsEnabled = false;
            await db.Database.UseTransactionAsync(transaction);
            db.Saving = (_, _) => { feed.Record(session); return Task.CompletedTask; };
            await write.RunAsync(session);
            if (!session.RolledBack && db.ChangeTracker.HasChanges()) { await db.SaveChangesAsync(CancellationToken.None); }
        }
        catch (Exception fault) when (transaction.Connection is not null)
        {
            await transaction.RollbackAsync("turn");
            feed.Revision = before;
            write.Fail(fault);
            return null;
        }
        if (session.RolledBack)
        {
            await transaction.RollbackAsync("turn");
            feed.Revision = before;
        }
        await transaction.ReleaseAsync("turn");
        return session;
    }

    private void Publish(FleetSnapshot draft, List<(IWrite Write, StoreSession Session)> kept)
    {
        Volatile.Write(ref fleet, draft);
        Volatile.Write(ref committedRevision, feed.Revision);
        var written = kept.Where(turn => !turn.Session.RolledBack).Select(turn => turn.Session).ToList();
        if (written.Any(session => session.Changes.Count > 0))
        {
            Signals.Publish(written.SelectMany(session => session.Changes.Select(change => change.Id).Concat(session.Topics)));
        }
        foreach (var (write, _) in kept) { write.Complete(); }
    }
}
