using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Preemption;

/// <summary>What room is looked for, and who might make it.</summary>
/// <param name="Fleet">The hosts at one moment.</param>
/// <param name="Demand">What is looked for; it fits no host now, or not below its pools' limits.</param>
/// <param name="Priority">Of what is looked for; only VMs of a lower one may be stopped.</param>
/// <param name="Chain">The pool to be charged and its parents, innermost first.</param>
/// <param name="Vms">Those that might be stopped.</param>
public sealed record PreemptionTask(
    FleetSnapshot Fleet, Demand Demand, int Priority, IReadOnlyList<Pool> Chain, IReadOnlyList<Preemptible> Vms)
{
    /// <summary>True to ask what would be if every pool allowed it.</summary>
    public bool AsIfAllowed { get; init; }
}
