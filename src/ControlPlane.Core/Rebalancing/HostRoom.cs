using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing;

/// <summary>A host as it would be with one VM more, or less, on it.</summary>
internal static class HostRoom
{
    /// <summary>With a VM on it, and its amounts taken from it and from its engine.</summary>
    internal static HostSnapshot With(HostSnapshot host, Movable vm) => host with
    {
        Used = Sum(host.Used, vm.Demand.Resources, host.Capacity, 1),
        Engines = [.. host.Engines.Select(each => each.Kind != vm.Engine ? each
            : each with { Used = Sum(each.Used, vm.Demand.Resources, each.Capacity, 1) })],
        Occupancy = host.Occupancy.Plus(vm.Occupant),
    };

    /// <summary>Without a VM that is on it.</summary>
    internal static HostSnapshot Without(HostSnapshot host, Movable vm) => Leaving(host, vm) with
    {
        Used = Sum(host.Used, vm.Demand.Resources, host.Used, -1),
        Engines = [.. host.Engines.Select(each => each.Kind != vm.Engine ? each
            : each with { Used = Sum(each.Used, vm.Demand.Resources, each.Used, -1) })],
    };

    /// <summary>With a VM that is on its way: it holds its amounts, and no rule about who is where counts it here any more.</summary>
    internal static HostSnapshot Leaving(HostSnapshot host, Movable vm) => host with { Occupancy = host.Occupancy.Minus(vm.Occupant) };

    // A class that the host, or the engine, does not count is not charged there.
    private static ResourceVector Sum(ResourceVector used, ResourceVector amounts, ResourceVector counted, long sign)
    {
        var sums = new Dictionary<ResourceClass, long>(used.Count + amounts.Count);
        foreach (var (resource, amount) in used) { sums[resource] = amount; }
        foreach (var (resource, amount) in amounts)
        {
            if (counted[resource] > 0) { sums[resource] = Math.Max(0, sums.GetValueOrDefault(resource) + (sign * amount)); }
        }
        return ResourceVector.Of(sums);
    }
}
