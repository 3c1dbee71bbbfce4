using System.Data.Common;
using System.Threading.Channels;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
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
    private const int MaxTries = 5;

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
    private GroupWrite? group;
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
    public FleetSnapshot Fleet => committed.Ledger.Fleet;

    /// <summary>Hosts and pools with what is promised, as committed.</summary>
    public LedgerView Ledger => committed.Ledger;

    /// <summary>The newest committed revision.</summary>
    public long Revision => committed.Revision;

    /// <summary>Who is asked, after each turn that changed a VM, for a turn to follow it in the same commit; null when nobody is.</summary>
    public IFollowingTurns? Following { get; set; }

    /// <summary>Completes when the store is open; whoever works by himself begins with it.</summary>
    public Task Opened => opened.Task;

    /// <summary>Why the database cannot be reached at the moment, or null.</summary>
    public string? Trouble { get; internal set; }

    /// <summary>Brings the schema up to date, reads the fleet in and opens the lane. Where it fails it can be tried again.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        if (!opened.Task.IsCompleted) { await LoadAsync(ct); }
        await WriteAsync(null, HostHistory.BeginAsync, ct);
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

    /// <summary>A VM as committed, to be looked at; null when there is none.</summary>
    public async Task<Vm?> VmAsync(VmId id, CancellationToken ct)
    {
        if (committed.Recent.Vm(id) is { } known) { return known; }
        await using var db = Read(null);
        return await db.Vms.FirstOrDefaultAsync(row => row.Id == id, ct);
    }

    /// <summary>An operation as committed, to be looked at; null when there is none that the project (null: anybody) may see.</summary>
    public async Task<Operation?> OperationAsync(string? project, OperationId id, CancellationToken ct)
    {
        if (committed.Recent.Operation(id) is { } known) { return project is null || known.Project == project ? known : null; }
        await using var db = Read(project);
        return await db.Operations.FirstOrDefaultAsync(row => row.Id == id, ct);
    }

    /// <summary>An operation as committed, when it need not be asked for.</summary>
    public Operation? Recent(OperationId id) => committed.Recent.Operation(id);

    /// <summary>The VMs whose hosts were told something after a revision, in that order; null when they must be asked for.</summary>
    public IReadOnlyList<Vm>? AssignedAfter(long revision) => committed.Recent.AssignedAfter(revision);

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

    private async Task LoadAsync(CancellationToken ct)
    {
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

    // Nobody but lanes write, so memory is right; where it is not, what differs is read anew and the turns are taken again.
    private async Task ServeAsync(List<IWrite> batch)
    {
        for (var tries = 1; batch.Count > 0; tries++)
        {
            try
            {
                await CommitAsync(batch);
                return;
            }
            catch (StaleLedgerException stale) when (tries < MaxTries)
            {
                PersistenceLog.Stale(logger, stale.Message);
                await ReadAnewAsync(stale);
            }
            catch (Exception fault)
            {
                await FailAsync(batch, fault);
                return;
            }
        }
    }

    private async Task FailAsync(List<IWrite> batch, Exception fault)
    {
        PersistenceLog.CommitFailed(logger, batch.Count, fault);
        foreach (var write in batch) { write.Fail(fault); }
        // Whatever state it is in, the next commit begins with a new one.
        await DisconnectAsync();
    }

    private async Task CommitAsync(List<IWrite> batch)
    {
        var (lane, makeContext) = await ConnectedAsync();
        var (begun, newest) = await database.BeginAsync(lane, CancellationToken.None);
        await using var transaction = begun;
        using var held = await committed.HoldAsync(CancellationToken.None);
        if (newest is { } elsewhere && elsewhere != Revision) { await CatchUpAsync(transaction, makeContext); }
        feed.Revision = Revision;
        group!.Clear();
        var (draft, kept) = await TakeTurnsAsync(batch, makeContext, transaction);
        group.Flush(transaction);
        var written = kept.Where(turn => !turn.Session.RolledBack).Select(turn => turn.Session).ToList();
        await EndAsync(transaction, written.Count > 0);
        committed.Publish(draft, feed.Revision, written.ConvertAll(session => session.Rows),
            written.SelectMany(session => session.Changes.Select(change => change.Id).Concat(session.Topics)));
        foreach (var (write, _) in kept) { write.Complete(); }
    }

    // A write that ended by itself leaves the batch: it is not taken again with the others. Nor are the turns that follow others, which
    // these bring with them.
    private async Task<(LedgerView Draft, List<(IWrite Write, StoreSession Session)> Kept)> TakeTurnsAsync(
        List<IWrite> batch, Func<StoreContext> makeContext, DbTransaction transaction)
    {
        var (draft, kept) = (Ledger, new List<(IWrite Write, StoreSession Session)>(batch.Count));
        var rows = new LaneRows(committed.Recent);
        var turns = new Queue<IWrite>(batch);
        while (turns.TryDequeue(out var write))
        {
            if (write.Abandoned) { write.Fail(new OperationCanceledException()); batch.Remove(write); continue; }
            if (await TakeTurnAsync(write, makeContext, transaction, draft, rows) is not { } session) { batch.Remove(write); continue; }
            kept.Add((write, session));
            if (session.RolledBack) { continue; }
            draft = session.Ledger;
            rows.Take(session.Rows);
            foreach (var vm in session.Rows.WrittenVms.Values)
            {
                if (vm is not null && Following?.After(vm, rows.Operation) is { } work) { turns.Enqueue(Unasked(work)); }
            }
        }
        return (draft, kept);
    }

    // A turn that nobody waits for.
    private static Write<bool> Unasked(Func<StoreSession, Task> work) => new(null, async session =>
    {
        await work(session);
        return true;
    }, CancellationToken.None);

    private async Task ReadAnewAsync(StaleLedgerException stale)
    {
        await using var db = Read(null);
        using var held = await committed.HoldAsync(CancellationToken.None);
        await committed.ReadAnewAsync(db, stale, CancellationToken.None);
    }

    private async Task<(DbConnection Lane, Func<StoreContext> MakeContext)> ConnectedAsync()
    {
        if (connection is null)
        {
            connection = await database.ConnectAsync(CancellationToken.None);
            writing = database.Writing(connection);
            await using var db = writing();
            group = new GroupWrite(connection, database.Statements(connection), db.Model);
        }
        return (connection, writing!);
    }

    private async Task DisconnectAsync()
    {
        group?.Dispose();
        if (connection is { } gone) { await gone.DisposeAsync(); }
        (connection, writing, group) = (null, null, null);
    }

    private async Task CatchUpAsync(DbTransaction transaction, Func<StoreContext> makeContext)
    {
        await using var db = makeContext();
        await db.Database.UseTransactionAsync(transaction);
        await committed.CatchUpAsync(db, CancellationToken.None);
    }

    private async Task<StoreSession?> TakeTurnAsync(
        IWrite write, Func<StoreContext> makeContext, DbTransaction transaction, LedgerView draft, LaneRows rows)
    {
        var before = feed.Revision;
        var session = new StoreSession(write.Project, draft, time.GetUtcNow(), feed,
            turn => Begin(turn, write, makeContext, transaction), turn => Write(turn, transaction),
            rows, (project, name) => group!.HasVm(transaction, project, name), asked => group!.Renew(transaction, asked));
        try
        {
            await write.RunAsync(session);
            await SettleAsync(session);
        }
        catch (Exception fault) when (IsOfTheTurn(fault, transaction))
        {
            await LeaveAsync(session, transaction, before, keep: false);
            write.Fail(fault);
            return null;
        }
        await LeaveAsync(session, transaction, before, keep: !session.RolledBack);
        if (!session.RolledBack) { group!.Add(session.Rows); }
        return session;
    }

    private async Task SettleAsync(StoreSession session)
    {
        if (session.RolledBack) { return; }
        if (!session.HasContext) { feed.Record(session, group!); }
        else if (session.Db.ChangeTracker.HasChanges()) { await session.Db.SaveChangesAsync(CancellationToken.None); }
    }

    private bool IsOfTheTurn(Exception fault, DbTransaction transaction) =>
        transaction.Connection is not null && fault is not StaleLedgerException && !database.IsUnreachable(fault);

    // The turn wants to ask the database: what earlier turns of the commit, and itself, hold in memory must be there to be seen.
    private StoreContext Begin(StoreSession session, IWrite write, Func<StoreContext> makeContext, DbTransaction transaction)
    {
        group!.Flush(transaction);
        transaction.Save(Savepoint);
        Write(session, transaction);
        var db = makeContext();
        db.Project = write.Project;
        db.Database.AutoSavepointsEnabled = false;
        db.Database.UseTransaction(transaction);
        db.Saving = (_, _) => { feed.Record(session); return Task.CompletedTask; };
        return db;
    }

    private void Write(StoreSession session, DbTransaction transaction)
    {
        group!.Add(session.Rows);
        session.Rows.Clear();
        group.Flush(transaction);
    }

    // A turn without a context has written nothing yet: what it claimed is dropped with it.
    private async Task LeaveAsync(StoreSession session, DbTransaction transaction, long before, bool keep)
    {
        if (!keep) { feed.Revision = before; }
        if (!session.HasContext) { return; }
        await session.Db.DisposeAsync();
        if (!keep) { await transaction.RollbackAsync(Savepoint); }
        await transaction.ReleaseAsync(Savepoint);
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
