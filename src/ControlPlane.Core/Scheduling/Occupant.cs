using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>A VM as the others on its host see it: all that a rule about who is where asks of it.</summary>
/// <param name="Pool">The pool charged for it.</param>
/// <param name="Group">The affinity group it is in, or null.</param>
/// <param name="DedicatedTo">The project whose VMs alone may be beside it; null when anybody's may.</param>
public readonly record struct Occupant(PoolId Pool, AffinityGroupId? Group, string? DedicatedTo)
{
    /// <summary>Reads it from what a VM's row says.</summary>
    public static Occupant Of(string project, PoolId pool, VmSpec spec) =>
        new(pool, spec.Placement.AffinityGroup, spec.Isolation == IsolationLevel.Dedicated ? project : null);
}
