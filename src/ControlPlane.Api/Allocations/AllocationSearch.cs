using ControlPlane.Api.Hosts;
using ControlPlane.Api.Placements;
using ControlPlane.Contracts.Pools;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Allocations;

/// <summary>What is looked for when somebody asks for room.</summary>
internal static class AllocationSearch
{
    internal static Demand DemandOf(CreateAllocation wanted, IReadOnlyList<Pool> chain, Host? host) => new()
    {
        Resources = ResourceRules.VectorOf(wanted.Resources),
        Engine = wanted.Engine is { } engine ? Words.Parse<EngineChoice>(engine) : null,
        Algorithm = wanted.Placement?.Algorithm is { } algorithm ? Words.Parse<PlacementAlgorithm>(algorithm) : chain[0].DefaultAlgorithm,
        Zone = wanted.Placement?.Zone,
        HostLabels = wanted.Placement?.HostLabels ?? new Dictionary<string, string>(),
        RequiredTraits = wanted.Placement?.RequiredTraits ?? [],
        ForbiddenTraits = wanted.Placement?.ForbiddenTraits ?? [],
        CpuFeatures = wanted.Placement?.CpuFeatures ?? [],
        Selectors = PlacementService.Selectors(chain),
        Host = host?.Id,
    };
}
