using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Preemption;

/// <summary>
/// Finds whom to stop so that there is room: on one host, preemptible VMs of a lower priority whose pools allow it. Of all plans the one
/// whose victims' highest priority is lowest, then with the fewest victims, then with those that hold the least, then by the host's id.
/// Pure: the same task gives the same plan.
/// </summary>
/// <remarks>
/// Who is stopped gives back what it holds but its disk, and stays on its host: rules about who is where still count it. What asks for
/// cores or NUMA nodes of its own makes nobody stop.
/// </remarks>
public static class Preemptor
{
    private const long Whole = 1_000_000;

    /// <summary>The plan, or null when stopping nobody who may be stopped makes room.</summary>
    public static PreemptionPlan? Find(PreemptionTask task)
    {
        if (task.Demand.Numa.Asked || task.Demand.Reservation is not null) { return null; }
        var vms = task.Vms.Where(vm => vm.Priority < task.Priority && (vm.Allowed || task.AsIfAllowed))
            .GroupBy(vm => vm.Host).Where(group => task.Fleet.Find(group.Key) is not null)
            .ToDictionary(group => group.Key, group => group.OrderBy(vm => vm.Priority).ThenBy(vm => vm.Vm).ToList());
        var grounds = Grounds(task, vms);
        if (grounds.Count == 0) { return null; }
        // Hosts are looked at one priority after the other: what a lower one gives is never given up for fewer of a higher.
        foreach (var level in grounds.GroupBy(ground => ground.Highest).OrderBy(group => group.Key))
        {
            if (Least(task, level) is { } plan) { return plan; }
        }
        return null;
    }

    private static PreemptionPlan? Least(PreemptionTask task, IEnumerable<Ground> grounds)
    {
        (int Count, long Share)? least = null;
        PreemptionPlan? plan = null;
        foreach (var ground in grounds.OrderBy(ground => ground.Host.Id).ThenBy(ground => ground.Engine.Kind))
        {
            var cover = new Cover(ground.Vms, ground.Shortages, vm => ShareOf(ground, vm));
            if (cover.Find(least?.Count ?? int.MaxValue) is not { } victims) { continue; }
            if (least is { } known && (victims.Count, cover.Share).CompareTo(known) >= 0) { continue; }
            least = (victims.Count, cover.Share);
            var hold = Hold(ground, task.Demand.Resources, task.Chain);
            plan = new(ground.Host.Id, ground.Engine.Kind, hold, victims);
        }
        return plan;
    }

    // Where there would be room if all that may be stopped were, with those of them that a lower priority does not spare.
    private static List<Ground> Grounds(PreemptionTask task, Dictionary<HostId, List<Preemptible>> vms)
    {
        var freed = vms.Aggregate(task.Fleet, (fleet, host) => fleet.With(Without(fleet.Find(host.Key)!, host.Value)));
        var grounds = new List<Ground>();
        foreach (var kind in Enum.GetValues<EngineKind>())
        {
            if (ChoiceOf(task.Demand.Engine, kind) is not { } choice) { continue; }
            foreach (var candidate in Scheduler.Rank(freed, task.Demand with { Engine = choice }, 0))
            {
                if (!vms.TryGetValue(candidate.Host, out var there)) { continue; }
                var host = task.Fleet.Find(candidate.Host)!;
                var engine = host.Engines.First(each => each.Kind == kind);
                var shortages = Shortage.Of(host, engine, task.Demand.Resources, task.Chain);
                if (shortages.Count == 0) { continue; }
                if (Highest(there, shortages) is not { } highest) { continue; }
                grounds.Add(new(host, engine, [.. there.Where(vm => vm.Priority <= highest)], shortages, highest));
            }
        }
        return grounds;
    }

    // The lowest priority up to which all are enough; null when all of them are not.
    private static int? Highest(List<Preemptible> byPriority, IReadOnlyList<Shortage> shortages)
    {
        var missing = shortages.Select(shortage => shortage.Need).ToArray();
        foreach (var vm in byPriority)
        {
            for (var j = 0; j < missing.Length; j++) { missing[j] -= shortages[j].TakenOffBy(vm); }
            if (Array.TrueForAll(missing, need => need <= 0)) { return vm.Priority; }
        }
        return null;
    }

    /// <summary>A host as it is when those are stopped.</summary>
    internal static HostSnapshot Without(HostSnapshot host, IReadOnlyCollection<Preemptible> vms) => host with
    {
        Used = Less(host.Used, vms),
        Engines = [.. host.Engines.Select(each => each with { Used = Less(each.Used, vms.Where(vm => vm.Engine == each.Kind)) })],
    };

    private static ResourceVector Less(ResourceVector used, IEnumerable<Preemptible> vms)
    {
        var left = used.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var vm in vms)
        {
            foreach (var (resource, amount) in vm.Frees)
            {
                if (left.TryGetValue(resource, out var there)) { left[resource] = Math.Max(0, there - amount); }
            }
        }
        return ResourceVector.Of(left);
    }

    private static ResourceVector Hold(Ground ground, ResourceVector demand, IReadOnlyList<Pool> chain) =>
        ResourceVector.Of(demand.Select(amount => KeyValuePair.Create(amount.Key, Math.Max(0, chain.Aggregate(
            Math.Min(amount.Value, HostChecks.FreeOf(ground.Host, ground.Engine, amount.Key)),
            (free, pool) => Math.Min(free, pool.Of(amount.Key)?.Free ?? long.MaxValue))))));

    // vCPUs and MiB do not add up; shares of the host, in millionths, do.
    private static long ShareOf(Ground ground, Preemptible vm)
    {
        var sum = 0L;
        foreach (var (resource, amount) in vm.Frees)
        {
            var capacity = HostChecks.CapacityOf(ground.Host, ground.Engine, resource);
            if (capacity > 0) { sum += amount * Whole / capacity; }
        }
        return sum;
    }

    private static EngineChoice? ChoiceOf(EngineChoice? wanted, EngineKind kind) => kind switch
    {
        EngineKind.Hardware => wanted is EngineChoice.Any or EngineChoice.Hardware ? EngineChoice.Hardware : null,
        EngineKind.Software => wanted is EngineChoice.Any or EngineChoice.Software ? EngineChoice.Software : null,
    };

    private sealed record Ground(
        HostSnapshot Host, EngineSnapshot Engine, IReadOnlyList<Preemptible> Vms, IReadOnlyList<Shortage> Shortages, int Highest);
}
