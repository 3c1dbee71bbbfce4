using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>What the owner of a VM wants.</summary>
public sealed record VmSpecDocument
{
    /// <summary>Whole virtual CPUs: 1 to 1024.</summary>
    public required int Vcpus { get; init; }

    /// <summary>Memory: 16 to 16777216.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Disk: 1 to 1048576.</summary>
    public long DiskGiB { get; init; } = 1;

    /// <summary>Amounts of custom classes, such as <c>{"gpu":1}</c>.</summary>
    public IReadOnlyDictionary<string, long> ExtraResources { get; init; } = new Dictionary<string, long>();

    /// <summary>ANY takes hardware where it works, else software.</summary>
    [AllowedValues("ANY", "HARDWARE", "SOFTWARE")]
    public string Engine { get; init; } = "ANY";

    /// <summary>What it boots from (id or name); needed on QEMU hosts, not on simulated ones.</summary>
    public string? Image { get; init; }

    /// <summary>The NoCloud seed, or null.</summary>
    public VmCloudInit? CloudInit { get; init; }

    /// <summary>Where.</summary>
    public VmPlacement Placement { get; init; } = new();

    /// <summary>How isolated.</summary>
    public VmIsolation Isolation { get; init; } = new();

    /// <summary>When it stops by itself: ALWAYS starts it again, ON_FAILURE only when its process died, NEVER leaves it.</summary>
    [AllowedValues("ALWAYS", "ON_FAILURE", "NEVER")]
    public string RestartPolicy { get; init; } = "ALWAYS";

    /// <summary>What it shall be after its creation.</summary>
    [AllowedValues("RUNNING", "STOPPED")]
    public string DesiredState { get; init; } = "RUNNING";
}
