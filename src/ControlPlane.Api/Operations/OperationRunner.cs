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

    /// <summary>Says that an operation was accepted, so that it need not be looked for.</summary>
    public void Wake() => bell.Ring();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await replica.Announced.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var first = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var found = await FindAsync(stoppingToken);
                if (first && found.Count > 0) { OperationsLog.TakenUp(logger, found.Count); }
                first = false;
                foreach (var id in found) { Begin(id, stoppingToken); }
                await bell.WaitAsync(TimeSpan.FromSeconds(options.Value.SweepSeconds), stoppingToken);
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

    private async Task<List<OperationId>> FindAsync(CancellationToken ct)
    {
        var (most, waiting, atWork) = (options.Value.MaxConcurrent, worker.WaitingParents, working.Count);
        var room = most - (atWork - waiting);
        if (room <= 0) { return []; }
        // As many parents wait as operations work, at the most: the other parents wait in the store.
        var parents = waiting < most ? [] : tables.WithChildren;
        await using var db = store.Read(null);
        var unfinished = await replica.Free(db).Where(operation => operation.EndTime == null && operation.QueueTurn == null
                && (operation.Parent != null || !parents.Contains(operation.Kind)))
            .OrderBy(operation => operation.Id).Select(operation => operation.Id)
            .Take(atWork + room).ToListAsync(ct);
        return [.. unfinished.Where(id => !working.ContainsKey(id)).Take(room)];
    }

    private void Begin(OperationId id, CancellationToken ct)
    {
        // The entry is there before the work, so that its end always finds it.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!working.TryAdd(id, started.Task)) { return; }
        _ = Task.Run(
            async () =>
            {
                try { await worker.WorkAsync(id, ct); }
                finally
                {
                    working.TryRemove(id, out _);
                    started.SetResult();
                    Wake();
                }
            },
            CancellationToken.None);
    }
}
