namespace ControlPlane.Core.Hosts;

/// <summary>What a host is to the guests on it: facts that an image or a guest that was made elsewhere may depend on.</summary>
public sealed record HostPlatform
{
    /// <summary>What is taken of a host of which nothing else is said.</summary>
    public static readonly HostPlatform Default = new();

    /// <summary>The instruction set.</summary>
    public CpuArchitecture Architecture { get; init; } = CpuArchitecture.X86_64;

    /// <summary>What its guests can boot by.</summary>
    public IReadOnlyList<Firmware> Firmwares { get; init; } = [Firmware.Bios, Firmware.Uefi];

    /// <summary>The CPU's model, or null when it is not known.</summary>
    public string? CpuModel { get; init; }

    /// <summary>The CPU's feature words; empty when they are not known.</summary>
    public IReadOnlyList<string> CpuFeatures { get; init; } = [];

    /// <summary>What runs its guests, such as <c>qemu-7.2</c>; null when it is not known.</summary>
    public string? Hypervisor { get; init; }

    /// <summary>The storage on which it keeps its VMs' disks together with other hosts, by name; null when they are on it alone.</summary>
    public string? SharedDisks { get; init; }

    /// <summary>Whether all of it is the same; lists are compared by what is in them.</summary>
    public bool SameAs(HostPlatform other) => ReferenceEquals(this, other)
        || (Architecture == other.Architecture && CpuModel == other.CpuModel && Hypervisor == other.Hypervisor
            && SharedDisks == other.SharedDisks
            && Firmwares.SequenceEqual(other.Firmwares)
            && CpuFeatures.SequenceEqual(other.CpuFeatures));
}
