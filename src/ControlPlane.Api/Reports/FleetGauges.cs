using ControlPlane.Api.Metrics;
using ControlPlane.Api.Persistence;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Resources;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reports;

/// <summary>
/// Feeds the fleet's gauges from memory: the ledger from the fleet as committed, the operations under way from a count that is made
/// anew every few seconds when something has changed. Ended operations are told by the counter of transitions.
/// </summary>
public sealed class FleetGauges(Store store, FleetMetrics metrics, TimeProvider time, ILogger<FleetGauges> logger) : BackgroundService
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(5);
    private static readonly OperationState[] open = [OperationState.Pending, OperationState.Running, OperationState.Cancelling];

    private volatile IReadOnlyList<OperationCount> counts = [];

    /// <summary>What is taken and what there is, by class, over all hosts.</summary>
    internal IReadOnlyList<LedgerUse> Ledger()
    {
        var classes = new SortedDictionary<ResourceClass, (double Used, double Capacity)>();
        foreach (var host in store.Fleet.Hosts)
        {
            Add(classes, host.Used, host.Capacity);
            foreach (var engine in host.Engines)
            {
                Add(classes, engine.Used.Where(IsOnEngineOnly), engine.Capacity.Where(IsOnEngineOnly));
            }

            bool IsOnEngineOnly(KeyValuePair<ResourceClass, long> amount) => host.Capacity[amount.Key] == 0 && host.Used[amount.Key] == 0;
        }
        return [.. classes.Select(amount => new LedgerUse(amount.Key.ToString(), amount.Value.Used, amount.Value.Capacity))];
    }

    /// <summary>Counts the operations under way.</summary>
    internal async Task CountAsync(CancellationToken ct)
    {
        await using var db = store.Read(null);
        var found = await db.Operations.Where(operation => operation.EndTime == null)
            .GroupBy(operation => new { operation.Kind, operation.State })
            .Select(group => new { group.Key.Kind, group.Key.State, Count = group.LongCount() }).ToListAsync(ct);

        // Zeros as well: a series that goes away is not the same as none.
        counts = [.. Enum.GetValues<OperationKind>().SelectMany(_ => open, (kind, state) => new OperationCount(
            Words.Of(kind), Words.Of(state), found.Find(group => group.Kind == kind && group.State == state)?.Count ?? 0))];
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ReadLedgerFrom(Ledger);
        metrics.ReadOperationsFrom(() => counts);
        using var timer = new PeriodicTimer(pause, time);
        var counted = -1L;
        try
        {
            await store.Opened.WaitAsync(stoppingToken);
            do
            {
                if (store.Revision is var revision && revision == counted) { continue; }
                counted = await TryCountAsync(stoppingToken) ? revision : counted;
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<bool> TryCountAsync(CancellationToken ct)
    {
        try
        {
            await CountAsync(ct);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            ReportsLog.NotCounted(logger, fault);
            return false;
        }
    }

    private static void Add(
        SortedDictionary<ResourceClass, (double Used, double Capacity)> classes,
        IEnumerable<KeyValuePair<ResourceClass, long>> used, IEnumerable<KeyValuePair<ResourceClass, long>> capacity)
    {
        foreach (var (resource, amount) in used)
        {
            var sum = classes.GetValueOrDefault(resource);
            classes[resource] = sum with { Used = sum.Used + amount };
        }
        foreach (var (resource, amount) in capacity)
        {
            var sum = classes.GetValueOrDefault(resource);
            classes[resource] = sum with { Capacity = sum.Capacity + amount };
        }
    }
}
