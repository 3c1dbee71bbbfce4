using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Reports;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Vms;
using ControlPlane.Core.Vms.Moving;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Reports;

/// <summary>The four sums of the model, each added up by the database.</summary>
internal static class ModelSums
{
    /// <summary>The powers in which a VM has a process, whose isolation can be attested.</summary>
    private static readonly Power[] embodied = [Power.Starting, Power.Running, Power.Paused, Power.Stopping];

    internal static async Task<ResourceTerm> ResourcesAsync(StoreContext db, CancellationToken ct)
    {
        // Many hold the same amounts: each set of them is read once, with how many hold it.
        var sets = await db.Allocations.GroupBy(held => new { held.Resources, HeldByVms = held.Vm != null })
            .Select(group => new { group.Key.Resources, group.Key.HeldByVms, Count = group.LongCount() }).ToListAsync(ct);
        var sums = sets
            .SelectMany(set => set.Resources, (set, held) => new ClassSum(held.Key, set.HeldByVms, held.Value * set.Count)).ToList();
        var ledger = await LedgerAsync(db, ct);
        var all = ByClass(sums);
        return new()
        {
            Sum = all,
            Ledger = ledger,
            Consistent = all.Count == ledger.Count && all.All(sum => ledger.TryGetValue(sum.Key, out var used) && used == sum.Value),
            Vms = ByClass(sums.Where(sum => sum.HeldByVms)),
            Others = ByClass(sums.Where(sum => !sum.HeldByVms)),
        };
    }

    internal static async Task<(SchedulingTerm T, MigrationTerm M)> TimesAndMovesAsync(StoreContext db, CancellationToken ct)
    {
        var sums = await db.Vms.GroupBy(_ => 1).Select(all => new
        {
            Claim = all.Sum(vm => vm.ClaimMicroseconds), Decision = all.Sum(vm => vm.DecisionMicroseconds),
            Moves = all.Sum(vm => (long)vm.Migrations), Count = all.LongCount(),
        }).FirstOrDefaultAsync(ct);
        var moves = await MovesAsync(db, ct);
        return (new() { SumMicroseconds = sums?.Claim ?? 0, DecisionSumMicroseconds = sums?.Decision ?? 0, Count = sums?.Count ?? 0 },
            new()
            {
                Sum = sums?.Moves ?? 0, ByAlgorithm = Sums(moves, count => Words.Of(count.Algorithm)),
                ByOutcome = Sums(moves, count => Words.Of(count.Outcome)),
            });
    }

    // Few VMs have ever moved, and those in few ways: each way is read once with how many VMs have it.
    private static async Task<List<(MigrationCount Count, long Vms)>> MovesAsync(StoreContext db, CancellationToken ct)
    {
        var ways = await db.Vms.Where(vm => vm.Migrations > 0).GroupBy(vm => vm.MigrationCounts)
            .Select(way => new { Counts = way.Key, Vms = way.LongCount() }).ToListAsync(ct);
        return [.. ways.SelectMany(way => way.Counts.Select(count => (count, way.Vms)))];
    }

    private static SortedDictionary<string, long> Sums(List<(MigrationCount Count, long Vms)> moves, Func<MigrationCount, string> by)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (count, vms) in moves) { sums[by(count)] = sums.GetValueOrDefault(by(count)) + (count.Attempts * vms); }
        return sums;
    }

    // Few sets of controls occur, however many VMs there are: the database counts each set, the degree is worked out once per set.
    internal static async Task<IsolationTerm> IsolationAsync(StoreContext db, long vms, CancellationToken ct)
    {
        var sets = await db.Vms.Where(vm => embodied.Contains(vm.ObservedPower)).GroupBy(vm => vm.IsolationControls)
            .Select(set => new { Controls = set.Key, Count = set.LongCount() }).ToListAsync(ct);
        var sum = sets.Sum(set => IsolationDegree.Of(set.Controls) * set.Count);
        return new() { Sum = sum, Mean = vms == 0 ? 0 : decimal.Round(sum / vms, 4) };
    }

    /// <summary>The degree of one VM; none without a process.</summary>
    internal static decimal DegreeOf(Vm vm) => embodied.Contains(vm.ObservedPower) ? IsolationDegree.Of(vm.IsolationControls) : 0;

    // What the hosts themselves count; of a class that a host has on its engines only, what those count.
    private static async Task<IReadOnlyDictionary<string, long>> LedgerAsync(StoreContext db, CancellationToken ct)
    {
        var own = await db.Hosts.SelectMany(host => host.Inventory).Where(entry => entry.Scope == InventoryScope.Host)
            .GroupBy(entry => entry.Resource).Select(group => new ClassSum(group.Key, false, group.Sum(entry => entry.Used)))
            .ToListAsync(ct);
        var onEngines = await db.Hosts.SelectMany(host => host.Inventory, (host, entry) => new { host, entry })
            .Where(of => of.entry.Scope != InventoryScope.Host
                && !of.host.Inventory.Any(other => other.Scope == InventoryScope.Host && other.Resource == of.entry.Resource))
            .GroupBy(of => of.entry.Resource).Select(group => new ClassSum(group.Key, false, group.Sum(of => of.entry.Used)))
            .ToListAsync(ct);
        return ByClass(own.Concat(onEngines));
    }

    private static SortedDictionary<string, long> ByClass(IEnumerable<ClassSum> sums)
    {
        var classes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var sum in sums.Where(sum => sum.Sum != 0))
        {
            var name = sum.Resource.ToString();
            classes[name] = classes.GetValueOrDefault(name) + sum.Sum;
        }
        return classes;
    }
}
