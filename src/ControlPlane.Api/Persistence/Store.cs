using System.Data.Common;
using System.Threading.Channels;
using ControlPlane.Core.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// The one way to the truth. Reads see what is committed. Writes take turns in one lane and share commits, each still succeeding or
/// failing by itself (a savepoint around each); their callers are answered after the commit. Where several processes share the database,
/// their lanes take turns as well, and each begins with what the others committed.
/// </summary>
public sealed class Store : IAsyncDisposable
{
    private const string Savepoint = "turn";

    private readonly Channel<IWrite> lane;
    private readonly IStoreDatabase database;
    private readonly int maxWritesPerCommit;
    private readonly TimeProvider time;
    private readonly ILogger<Store> logger;
    private readonly ChangeFeed feed = new();
    private readonly CommittedState committed = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DbConnection? connection;
    private Func<StoreContext>? writing;
    private Task? running;

    /// <summary>A store on a database; <see cref="OpenAsync"/> comes first.</summary>
    public Store(IStoreDatabase database, IOptions<StoreOptions> options, TimeProvider time, ILogger<Store> logger)
    {
        (this.database, this.time, this.logger, maxWritesPerCommit) = (database, time, logger, options.Value.MaxWritesPerCommit);
        lane = Channel.CreateBounded<IWrite>(new BoundedChannelOptions(options.Value.MaxWaitingWrites) { SingleReader = true });
    }

    /// <summary>Who waits for committed changes waits here.</summary>
    public ChangeSignals Signals => committed.Signals;

    /// <summary>The fleet as committed.</summary>
    public FleetSnapshot Fleet => committed.Fleet;

    /// <summary>The newest committed revision.</summary>
    public long Revision => committed.Revision;

    /// <summary>Completes when the store is open; whoever works by himself begins with it.</summary>
    public Task Opened => opened.Task;

    /// <summary>Why the database cannot be reached at the moment, or null.</summary>
    public string? Trouble { get; internal set; }

    /// <summary>Brings the schema up to date, reads the fleet in and opens the lane. Where it fails it can be tried again.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        if (opened.Task.IsCompleted) { return; }
        await database.MigrateAsync(ct);
        await using (var db = database.Read())
        {
            await using var snapshot = await db.BeginSnapshotAsync(ct);
            using var held = await committed.HoldAsync(ct);
            await committed.LoadAsync(db, ct);
        }
        PersistenceLog.Opened(logger, database.Description, Revision, Fleet.Count);
        running = Task.Run(RunAsync, CancellationToken.None);
        opened.SetResult();
    }

    /// <summary>A context that sees what is committed, of one project or (null) of all. It cannot save.</summary>
    public StoreContext Read(string? project)
    {
        if (!opened.Task.IsCompleted) { throw new StoreUnreachableException("The store is not open yet"); }
        var db = database.Read();
        db.Project = project;
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }

    /// <summary>Does the work in the lane and returns after its commit. A fault in it leaves nothing behind and is thrown here.</summary>
    public Task<T> WriteAsync<T>(string? project, Func<StoreSession, Task<T>> work, CancellationToken ct)
    {
        if (!opened.Task.IsCompleted) { throw new StoreUnreachableException("The store is not open yet"); }
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

    /// <summary>Takes over what other processes have committed, unless what was told of is known already.</summary>
    internal async Task CatchUpAsync(long? told, CancellationToken ct)
    {
        using var held = await committed.HoldAsync(ct);
        if (told <= Revision) { return; }
        await using var db = database.Read();
        await using var snapshot = await db.BeginSnapshotAsync(ct);
        await committed.CatchUpAsync(db, ct);
    }

    private async Task RunAsync()
    {
        var batch = new List<IWrite>(maxWritesPerCommit);
        while (await lane.Reader.WaitToReadAsync())
        {
            while (batch.Count < maxWritesPerCommit && lane.Reader.TryRead(out var write)) { batch.Add(write); }
            await ServeAsync(batch);
            batch.Clear();
        }
        await DisconnectAsync();
    }

    private async Task ServeAsync(List<IWrite> batch)
    {
        try
        {
            await CommitAsync(batch);
        }
        catch (Exception fault)
        {
            PersistenceLog.CommitFailed(logger, batch.Count, fault);
            foreach (var write in batch) { write.Fail(fault); }
            // Whatever state it is in, the next commit begins with a new one.
            await DisconnectAsync();
        }
    }

    private async Task CommitAsync(List<IWrite> batch)
    {
        var (lane, makeContext) = await ConnectedAsync();
        var (begun, newest) = await database.BeginAsync(lane, CancellationToken.None);
        await using var transaction = begun;
        using var held = await committed.HoldAsync(CancellationToken.None);
        if (newest is { } elsewhere && elsewhere != Revision) { await CatchUpAsync(transaction, makeContext); }
        feed.Revision = Revision;
        var kept = new List<(IWrite Write, StoreSession Session)>(batch.Count);
        var draft = Fleet;
        foreach (var write in batch)
        {
            if (write.Abandoned) { write.Fail(new OperationCanceledException()); continue; }
            if (await TakeTurnAsync(write, makeContext, transaction, draft) is not { } session) { continue; }
            kept.Add((write, session));
            if (!session.RolledBack) { draft = session.Fleet; }
        }
        var written = kept.Where(turn => !turn.Session.RolledBack).Select(turn => turn.Session).ToList();
        await EndAsync(transaction, written.Count > 0);
        committed.Publish(draft, feed.Revision,
            written.SelectMany(session => session.Changes.Select(change => change.Id).Concat(session.Topics)));
        foreach (var (write, _) in kept) { write.Complete(); }
    }

    private async Task<(DbConnection Lane, Func<StoreContext> MakeContext)> ConnectedAsync()
    {
        if (connection is null)
        {
            connection = await database.ConnectAsync(CancellationToken.None);
            writing = database.Writing(connection);
        }
        return (connection, writing!);
    }

    private async Task DisconnectAsync()
    {
        if (connection is { } gone) { await gone.DisposeAsync(); }
        (connection, writing) = (null, null);
    }

    private async Task CatchUpAsync(DbTransaction transaction, Func<StoreContext> makeContext)
    {
        await using var db = makeContext();
        await db.Database.UseTransactionAsync(transaction);
        await committed.CatchUpAsync(db, CancellationToken.None);
    }

    private async Task<StoreSession?> TakeTurnAsync(
        IWrite write, Func<StoreContext> makeContext, DbTransaction transaction, FleetSnapshot draft)
    {
        var before = feed.Revision;
        await transaction.SaveAsync(Savepoint);
        await using var db = makeContext();
        db.Project = write.Project;
        var session = new StoreSession(db, draft, time.GetUtcNow());
        try
        {
            db.Database.AutoSavepointsEnabled = false;
            await db.Database.UseTransactionAsync(transaction);
            db.Saving = (_, _) => { feed.Record(session); return Task.CompletedTask; };
            await write.RunAsync(session);
            if (!session.RolledBack && db.ChangeTracker.HasChanges()) { await db.SaveChangesAsync(CancellationToken.None); }
        }
        catch (Exception fault) when (transaction.Connection is not null && !database.IsUnreachable(fault))
        {
            await transaction.RollbackAsync(Savepoint);
            feed.Revision = before;
            write.Fail(fault);
            return null;
        }
        if (session.RolledBack)
        {
            await transaction.RollbackAsync(Savepoint);
            feed.Revision = before;
        }
        await transaction.ReleaseAsync(Savepoint);
        return session;
    }

    private async Task EndAsync(DbTransaction transaction, bool wrote)
    {
        var receipt = wrote ? await database.SealAsync(transaction, feed.Revision) : null;
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception fault) when (receipt is not null && database.IsUnreachable(fault))
        {
            var outcome = await database.WasCommittedAsync(receipt);
            if (outcome is null) { throw new StoreOutcomeUnknownException(fault); }
            if (outcome is false) { throw; }
            PersistenceLog.AnswerLost(logger, fault);
            await DisconnectAsync();
        }
    }
}
