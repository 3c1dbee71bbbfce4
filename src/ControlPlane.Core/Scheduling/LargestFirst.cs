using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// The order in which many demands are placed one after another: what is hardest to place goes first, while there is most room, and the
/// small fill what it leaves. Size is the largest share of the fleet's capacity that a demand takes of any class; of equals the earlier
/// one goes first.
/// </summary>
public static class LargestFirst
{
    /// <summary>The indexes of the demands, the largest first.</summary>
    public static IReadOnlyList<int> Of(FleetSnapshot fleet, IReadOnlyList<ResourceVector> demands)
    {
        var totals = new Dictionary<ResourceClass, double>();
        foreach (var host in fleet.Hosts)
        {
            foreach (var (resource, amount) in host.Capacity) { totals[resource] = totals.GetValueOrDefault(resource) + amount; }
        }
        var sizes = demands.Select(demand => SizeOf(demand, totals)).ToArray();
        return [.. Enumerable.Range(0, demands.Count).OrderByDescending(index => sizes[index]).ThenBy(index => index)];
    }

    // Of a class that no host has itself, any amount counts as all of it.
    private static double SizeOf(ResourceVector demand, Dictionary<ResourceClass, double> totals)
    {
        var size = 0.0;
        foreach (var (resource, amount) in demand)
        {
            size = Math.Max(size, totals.TryGetValue(resource, out var total) && total > 0 ? amount / total : 1);
        }
        return size;
    }
}
