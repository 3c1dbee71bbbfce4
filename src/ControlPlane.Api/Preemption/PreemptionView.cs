using ControlPlane.Api.Persistence.Rows;
using ControlPlane.Contracts.Placements;

namespace ControlPlane.Api.Preemption;

/// <summary>A plan to stop VMs as the client reads it.</summary>
internal static class PreemptionView
{
    private const int MaxNamed = 8;

    /// <summary>One that is carried out, or was.</summary>
    internal static PlacementPreemption Of(KeptPreemption plan) => Of(plan, []);

    /// <summary>One that was found; it may be that pools do not allow it.</summary>
    internal static PlacementPreemption Of(PreemptionFinding found) => Of(found.Kept, found.Forbidding);

    private static PlacementPreemption Of(KeptPreemption plan, IReadOnlyList<string> forbidding) => new()
    {
        State = forbidding.Count == 0 ? "PLANNED" : "NOT_ALLOWED",
        Host = plan.Host.ToString(), Engine = Words.Of(plan.Engine), Priority = plan.Priority,
        Vms = [.. plan.Vms.Select(vm => Of(vm, plan.Priority))],
        Pools = forbidding,
        Sentence = forbidding.Count == 0
            ? $"Stopping {Named(plan)} on host '{plan.HostName}' makes room for priority {plan.Priority}."
            : $"Stopping {Named(plan)} on host '{plan.HostName}' would make room for priority {plan.Priority}, and "
                + NotAllowed(forbidding),
    };

    private static PreemptionVictim Of(KeptVictim vm, int priority) => new()
    {
        Vm = vm.Vm.ToString(), Name = vm.Name, Pool = vm.Pool, Priority = vm.Priority,
        Frees = vm.Frees.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        Why = $"It is preemptible, and its priority {vm.Priority} is lower than {priority}.",
    };

    private static string Named(KeptPreemption plan)
    {
        var names = string.Join(", ", plan.Vms.Take(MaxNamed).Select(vm => $"'{vm.Name}' (priority {vm.Priority})"));
        var more = plan.Vms.Count > MaxNamed ? $" and {plan.Vms.Count - MaxNamed} more" : "";
        return $"{(plan.Vms.Count == 1 ? "VM" : "VMs")} {names}{more}";
    }

    private static string NotAllowed(IReadOnlyList<string> pools)
    {
        var names = string.Join(", ", pools.Take(MaxNamed).Select(pool => $"'{pool}'"));
        return $"{(pools.Count == 1 ? "pool" : "pools")} {names} {(pools.Count == 1 ? "does" : "do")} not allow preemption: "
            + $"PATCH /v1/pools/{pools[0]} with {{\"policies\":{{\"preemption\":{{\"allowed\":true}}}}}} does.";
    }
}
