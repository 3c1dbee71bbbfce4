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
    /// <summary>When it is expected to end; null when nobody said.</summary>
    public DateTimeOffset? ExpectedEnd { get; init; }

    /// <summary>Reads it from what a VM's row says.</summary>
    /// <param name="project">Whose it is.</param>
    /// <param name="pool">The pool charged for it.</param>
    /// <param name="spec">What its owner wants.</param>
    /// <param name="createTime">When it was created; null for what is no VM yet.</param>
    public static Occupant Of(string project, PoolId pool, VmSpec spec, DateTimeOffset? createTime = null) =>
        new(pool, spec.Placement.AffinityGroup, spec.Isolation == IsolationLevel.Dedicated ? project : null)
        {
            ExpectedEnd = spec.Placement.ExpectedLifetimeSeconds is { } seconds ? createTime?.AddSeconds(seconds) : null,
        };
}
