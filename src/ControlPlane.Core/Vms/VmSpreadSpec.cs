using ControlPlane.Core.AffinityGroups;

namespace ControlPlane.Core.Vms;

/// <summary>How a VM wants to be spread with the others of its group, or of its pool.</summary>
/// <param name="Over">Zones, or the values of a label.</param>
/// <param name="MaxSkew">How many more one may have than the one with the fewest; 1 to 1000.</param>
/// <param name="Mode">Always, or where it can be.</param>
public sealed record VmSpreadSpec(FailureDomain Over, int MaxSkew, Strictness Mode);
