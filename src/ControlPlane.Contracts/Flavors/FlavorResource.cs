using System.ComponentModel.DataAnnotations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Flavors;

/// <summary>A named shape of VMs.</summary>
public sealed record FlavorResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the project.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>Whole virtual CPUs: 1 to 1024.</summary>
    public required int Vcpus { get; init; }

    /// <summary>Memory: 16 to 16777216.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Disk: 1 to 1048576.</summary>
    public required long DiskGiB { get; init; }

    /// <summary>Amounts of custom classes, such as <c>{"gpu":1}</c>.</summary>
    public required IReadOnlyDictionary<string, long> ExtraResources { get; init; }

    /// <summary>The engine of VMs whose spec says ANY; null leaves it to them.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public required string? Engine { get; init; }

    /// <summary>The isolation of VMs whose spec leaves it at SHARED; null leaves it to them.</summary>
    public required VmIsolation? Isolation { get; init; }

    /// <summary>Free words by key, at most 64.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdateTime { get; init; }
}
