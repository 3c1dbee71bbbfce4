using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Preemption;

/// <summary>How much of one class is missing: on a host, on its engine, or below a pool's limit.</summary>
/// <param name="Resource">The class.</param>
/// <param name="Need">How much is missing, above zero.</param>
/// <param name="Engine">Where an engine's own bound is short: only its VMs help.</param>
/// <param name="Pool">Where a pool's limit is short: only VMs charged to it help.</param>
internal sealed record Shortage(ResourceClass Resource, long Need, EngineKind? Engine, PoolId? Pool)
{
    /// <summary>How much a VM that is stopped takes off it.</summary>
    internal long TakenOffBy(Preemptible vm) =>
        (Engine is null || vm.Engine == Engine) && (Pool is not { } pool || vm.Chain.Contains(pool)) ? vm.Frees[Resource] : 0;

    /// <summary>All that is missing for a demand on one host and engine, and below the limits of a chain of pools.</summary>
    internal static IReadOnlyList<Shortage> Of(HostSnapshot host, EngineSnapshot engine, ResourceVector demand, IReadOnlyList<Pool> chain)
    {
        var all = new List<Shortage>();
        foreach (var (resource, amount) in demand)
        {
            if (host.Capacity[resource] is > 0 and var own) { all.Add(new(resource, amount - own + host.Used[resource], null, null)); }
            if (engine.Capacity[resource] is > 0 and var its)
            {
                all.Add(new(resource, amount - its + engine.Used[resource], engine.Kind, null));
            }
            foreach (var pool in chain)
            {
                if (pool.Of(resource) is { Capacity: not null } limit) { all.Add(new(resource, amount - limit.Free, null, pool.Id)); }
            }
        }
        return all.FindAll(shortage => shortage.Need > 0);
    }
}
