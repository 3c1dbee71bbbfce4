using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Scheduling;

/// <summary>How full a host would be, in millionths, over the classes that are asked for.</summary>
/// <param name="Mean">The mean over those classes.</param>
/// <param name="Spread">The fullest minus the emptiest of them.</param>
public readonly record struct Utilization(long Mean, long Spread)
{
    /// <summary>All of it, in millionths.</summary>
    public const long Full = 1_000_000;

    /// <summary>With the demand on the host.</summary>
    public static Utilization After(HostSnapshot host, Demand demand)
    {
        var (sum, count, least, most) = (0L, 0, Full, 0L);
        foreach (var (resource, amount) in demand.Resources)
        {
            var capacity = host.Capacity[resource];
            if (capacity == 0) { continue; }
            var share = (long)((Int128)(host.Used[resource] + amount) * Full / capacity);
            (sum, count, least, most) = (sum + share, count + 1, Math.Min(least, share), Math.Max(most, share));
        }
        return count == 0 ? default : new(sum / count, most - least);
    }
}
