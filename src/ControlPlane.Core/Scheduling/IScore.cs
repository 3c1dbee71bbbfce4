namespace ControlPlane.Core.Scheduling;

/// <summary>Ranks a host that fits: higher is better. One small class per algorithm.</summary>
public interface IScore
{
    /// <summary>Millionths. Ties are broken by the host's id.</summary>
    /// <param name="host">A host that fits.</param>
    /// <param name="demand">What is to be put there.</param>
    /// <param name="seed">The decision's seed.</param>
    long Of(HostSnapshot host, Demand demand, ulong seed);
}
