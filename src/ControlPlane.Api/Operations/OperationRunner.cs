using System.Collections.Concurrent;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Operations;

/// <summary>Finds operations that nobody works on, takes them up and works on each until its end. Knows no kind.</summary>
public sealed class OperationRunner(
    Store store, Replica replica, OperationWorker worker, OperationTables tables, OperationBell bell, IOptions<OperationOptions> options,
    TimeProvider time, ILogger<OperationRunner> logger)
    : BackgroundService
{
    private readonly ConcurrentDictionary<OperationId, Task> working = new();
    private volatile bool leftOver = true;

    /// <summary>Whether another could be worked on at this moment.</summary>
    public bool HasRoom => working.Count - worker.WaitingParents < options.Value.MaxConcurrent;

    /// <summary>Says that an operation was accepted, so that it need not be looked for.</summary>
    public void Wake() => bell.Ring();

    /// <summary>Says that this one was accepted.</summary>
    public void Wake(OperationId operation) => bell.Ring(operation);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await replica.Announced.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        store.Following = worker;
        var (first, look) = (true, true);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!BeginNamed(stoppingToken) || look)
                {
                    var found = await FindAsync(stoppingToken);
                    if (first && found.Count > 0) { OperationsLog.TakenUp(logger, found.Count); }
                    first = false;
                    foreach (var id in found) { Begin(id, inMemory: false, stoppingToken); }
                }
                look = !await bell.WaitAsync(TimeSpan.FromSeconds(options.Value.SweepSeconds), stoppingToken);
                look |= bell.TakeLook();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                OperationsLog.SweepFailed(logger, fault);
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }
        await Task.WhenAll(working.Values);
    }

    // Those that were just accepted, while there is room; false when any of them must be looked for, now or when its turn comes.
    private bool BeginNamed(CancellationToken ct)
    {
        var all = true;
        while (bell.TryNext(out var id))
        {
            var known = store.Recent(id) is { QueueTurn: null, Done: false } operation
                && (operation.Parts == 0 || !tables.WithChildren.Contains(operation.Kind));
            if (HasRoom && known) { Begin(id, inMemory: true, ct); }
            else { all = false; }
        }
        return all;
    }

    private async Task<List<OperationId>> FindAsync(CancellationToken ct)
    {
        var (most, waiting, atWork) = (options.Value.MaxConcurrent, worker.WaitingParents, working.Count);
        var room = most - (atWork - waiting);
        if (room <= 0)
        {
            leftOver = true;
            return [];
        }
        // As many parents wait as operations work, at the most: the other parents wait in the store.
        var parents = waiting < most ? [] : tables.WithChildren;
        await using var db = store.Read(null);
        var unfinished = await replica.Free(db).Where(operation => operation.EndTime == null && operation.QueueTurn == null
                && (operation.Parent != null || operation.Parts == 0 || !parents.Contains(operation.Kind)))
            .OrderBy(operation => operation.Id).Select(operation => operation.Id)
            .Take(atWork + room).ToListAsync(ct);
        // Others may stand behind those: an end makes room for them.
        leftOver = unfinished.Count == atWork + room || parents.Count > 0;
        return [.. unfinished.Where(id => !working.ContainsKey(id)).Take(room)];
    }

    private void Begin(OperationId id, bool inMemory, CancellationToken ct)
    {
        // The entry is there before the work, so that its end always finds it.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!working.TryAdd(id, ended.Task)) { return; }
        // What is in memory was begun with its acceptance, mostly, and is only waited for.
        _ = inMemory ? WorkAsync(id, ended, ct) : Task.Run(() => WorkAsync(id, ended, ct), CancellationToken.None);
    }

    private async Task WorkAsync(OperationId id, TaskCompletionSource ended, CancellationToken ct)
    {
        try { await worker.WorkAsync(id, ct); }
        finally
        {
            working.TryRemove(id, out _);
            ended.SetResult();
            if (leftOver) { Wake(); }
        }
    }
}
