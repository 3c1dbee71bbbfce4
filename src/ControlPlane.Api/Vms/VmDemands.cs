using ControlPlane.Api.Placements;
using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Isolation;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Vms;

/// <summary>What a VM of a spec looks for, in a chain of pools: the same question when it is made and whenever it may move.</summary>
internal static class VmDemands
{
    /// <summary>The demand of a spec.</summary>
    /// <param name="spec">What its owner wants.</param>
    /// <param name="chain">The pool and its parents, innermost first.</param>
    /// <param name="fleet">The fleet it would stand in.</param>
    /// <param name="group">The affinity group that the spec names, as it is now; null when it names none.</param>
    internal static Demand Of(VmSpec spec, IReadOnlyList<Pool> chain, FleetSnapshot fleet, AffinityGroup? group) => new()
    {
        Resources = spec.Demand, Engine = spec.Engine, Algorithm = spec.Placement.Algorithm, Zone = spec.Placement.Zone,
        HostLabels = spec.Placement.HostLabels, RequiredTraits = spec.Placement.RequiredTraits,
        ForbiddenTraits = spec.Placement.ForbiddenTraits,
        Numa = new(spec.Placement.NumaNodes, spec.Isolation == IsolationLevel.Pinned), CpuFeatures = spec.Placement.CpuFeatures,
        ExpectedLifetimeSeconds = spec.Placement.ExpectedLifetimeSeconds,
        Architecture = spec.Architecture, Firmware = spec.Firmware,
        Selectors = PlacementService.Selectors(chain), WithoutImage = spec.Image is null,
        RealHostOnly = spec.Image is not null && fleet.Any(HostDriver.Qemu),
        Group = group is null ? null : new(group.Id, group.Name.ToString(), group.Policy, group.Strictness, group.Scope),
        Spread = spec.Placement.Spread is { } spread ? RuleOf(spread, group, chain[0]) : null,
        Tenancy = new(chain[0].Project, spec.Isolation == IsolationLevel.Dedicated),
    };

    private static SpreadRule RuleOf(VmSpreadSpec spread, AffinityGroup? group, Pool pool) => new(spread.Over, spread.MaxSkew, spread.Mode,
        group?.Id.Value ?? pool.Id.Value, group is null ? $"pool {pool.Name}" : $"group {group.Name}");
}
