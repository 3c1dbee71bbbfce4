using System.ComponentModel.DataAnnotations;
using ControlPlane.Contracts.Vms;

namespace ControlPlane.Contracts.Flavors;

/// <summary>What a PATCH may change of a flavor. VMs that are there keep what they have.</summary>
public sealed record PatchableFlavor
{
    /// <summary>Whole virtual CPUs: 1 to 1024.</summary>
    public required int Vcpus { get; init; }

    /// <summary>Memory: 16 to 16777216.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Disk: 1 to 1048576.</summary>
    public long DiskGiB { get; init; } = 1;

    /// <summary>Amounts of custom classes, such as <c>{"gpu":1}</c>.</summary>
    public IReadOnlyDictionary<string, long> ExtraResources { get; init; } = new Dictionary<string, long>();

    /// <summary>The engine of VMs whose spec says ANY; null leaves it to them.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public string? Engine { get; init; }

    /// <summary>The isolation of VMs whose spec leaves it at SHARED; null leaves it to them.</summary>
    public VmIsolation? Isolation { get; init; }

    /// <summary>Free words by key, at most 64.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
