using ControlPlane.Api.Http;
using ControlPlane.Contracts.Flavors;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Flavors;
using ControlPlane.Core.Isolation;

namespace ControlPlane.Api.Flavors;

/// <summary>A flavor as the client reads it.</summary>
internal static class FlavorView
{
    internal static string PathOf(FlavorId id) => $"/v1/flavors/{id}";

    internal static FlavorResource Of(Flavor flavor) => new()
    {
        Id = flavor.Id.ToString(),
        Name = flavor.Name.ToString(),
        Project = flavor.Project,
        Vcpus = flavor.Vcpus,
        MemoryMiB = flavor.MemoryMiB,
        DiskGiB = flavor.DiskGiB,
        ExtraResources = ExtraOf(flavor),
        Engine = Words.Of(flavor.Engine),
        Isolation = IsolationOf(flavor),
        Labels = flavor.Labels,
        Etag = Answers.Etag(flavor.Version),
        CreateTime = flavor.CreateTime,
        UpdateTime = flavor.UpdateTime,
    };

    /// <summary>What a PATCH starts from.</summary>
    internal static PatchableFlavor Patchable(Flavor flavor) => new()
    {
        Vcpus = flavor.Vcpus, MemoryMiB = flavor.MemoryMiB, DiskGiB = flavor.DiskGiB, ExtraResources = ExtraOf(flavor),
        Engine = Words.Of(flavor.Engine), Isolation = IsolationOf(flavor), Labels = flavor.Labels,
    };

    /// <summary>What a new flavor says besides its name.</summary>
    internal static PatchableFlavor Patchable(CreateFlavor wanted) => new()
    {
        Vcpus = wanted.Vcpus, MemoryMiB = wanted.MemoryMiB, DiskGiB = wanted.DiskGiB, ExtraResources = wanted.ExtraResources,
        Engine = wanted.Engine, Isolation = wanted.Isolation, Labels = wanted.Labels,
    };

    private static Dictionary<string, long> ExtraOf(Flavor flavor) =>
        flavor.ExtraResources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);

    private static VmIsolation? IsolationOf(Flavor flavor) =>
        flavor.Isolation is { } level ? new VmIsolation { Level = Words.Of(level) } : null;
}
