using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Scheduling;

/// <summary>
/// VMs are to be spread evenly over the domains that have a host of the kind asked for: with the VM put there, a domain may have at the
/// most so many more of them than the one with the fewest.
/// </summary>
/// <param name="Over">Zones, or the values of a label.</param>
/// <param name="MaxSkew">How many more; from 1.</param>
/// <param name="Mode">Always, or where it can be.</param>
/// <param name="Counted">The group or the pool whose VMs are counted, by its id without the prefix.</param>
/// <param name="Of">The same in words, such as <c>group web</c>.</param>
public sealed record SpreadRule(FailureDomain Over, int MaxSkew, Strictness Mode, Guid Counted, string Of);
