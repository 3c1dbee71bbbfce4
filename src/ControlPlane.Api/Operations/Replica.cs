using ControlPlane.Api.Persistence;
using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Operations;

/// <summary>
/// This process among those that work on operations of the same database. It says every few seconds that it lives; when it has not for as
/// long as its lease, others take up what it was working on. That is safe even where it lives on: each write carries the number of the
/// operation's lease, and an older one is refused. The only process of a database has no lease to renew.
/// </summary>
public sealed class Replica(
    Store store, IStoreDatabase database, DataDirectory directory, IOptions<OperationOptions> options, TimeProvider time,
    ILogger<Replica> logger) : BackgroundService
{
    private const string Alone = "local";

    private readonly TaskCompletionSource announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<string> id = new(() => database.IsShared ? KeptId(directory) : Alone);

    /// <summary>Its name: kept in the data directory, so that a process started again goes on with its work at once.</summary>
    public string Id => id.Value;

    /// <summary>Completes when others know that it lives; operations are taken up from then on.</summary>
    internal Task Announced => announced.Task;

    /// <summary>The operations that no other living process works on.</summary>
    internal IQueryable<Operation> Free(StoreContext db)
    {
        if (!database.IsShared) { return db.Operations; }
        var (own, now) = (Id, time.GetUtcNow());
        return db.Operations.Where(operation => operation.LeaseOwner == null || operation.LeaseOwner == own
            || !db.Replicas.Any(other => other.Id == operation.LeaseOwner && other.LeaseUntil > now));
    }

    /// <summary>One of them, to be changed; null when another living process works on it or there is none.</summary>
    internal async Task<Operation?> FreeAsync(StoreSession session, OperationId id)
    {
        if (!database.IsShared) { return await session.OperationAsync(id); }
        if (session.Known(id) is { } known && (known.LeaseOwner is null || known.LeaseOwner == Id)) { return known; }
        return await Free(session.Db).FirstOrDefaultAsync(operation => operation.Id == id);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!database.IsShared) { announced.TrySetResult(); }
        var interval = TimeSpan.FromSeconds(options.Value.LeaseSeconds) / 3;
        while (database.IsShared && !stoppingToken.IsCancellationRequested)
        {
            await RenewAsync(stoppingToken);
            await Task.Delay(interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        try
        {
            await store.WriteAsync(null, session => RenewAsync(session), ct);
            announced.TrySetResult();
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            OperationsLog.NotRenewed(logger, Id, fault);
        }
    }

    private async Task<bool> RenewAsync(StoreSession session)
    {
        var until = session.Now.AddSeconds(options.Value.LeaseSeconds);
        var row = await session.Db.Replicas.FirstOrDefaultAsync(row => row.Id == Id);
        if (row is null) { session.Db.Replicas.Add(new ReplicaRow { Id = Id, LeaseUntil = until }); }
        else { row.LeaseUntil = until; }
        // Those that have been gone for a day will not come back by this name, and nothing waits for them.
        await session.Db.Replicas.Where(other => other.LeaseUntil < session.Now.AddDays(-1)).ExecuteDeleteAsync();
        return true;
    }

    private static string KeptId(DataDirectory directory)
    {
        if (!File.Exists(directory.ReplicaFile)) { File.WriteAllText(directory.ReplicaFile, Guid.CreateVersion7().ToString("N")); }
        return File.ReadAllText(directory.ReplicaFile).Trim();
    }
}
