using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>What the owner of a VM wants.</summary>
public sealed record VmSpecDocument
{
    /// <summary>
    /// A named shape (id or name) in place of vcpus, memoryMiB, diskGiB and extraResources; what is given beside it must be the same. The
    /// VM keeps the amounts and not the flavor: null in every answer.
    /// </summary>
    public string? Flavor { get; init; }

    /// <summary>Whole virtual CPUs: 1 to 1024. Needed without a flavor; never null in an answer.</summary>
    public int? Vcpus { get; init; }

    /// <summary>Memory: 16 to 16777216. Needed without a flavor; never null in an answer.</summary>
    public long? MemoryMiB { get; init; }

    /// <summary>
    /// Disk: 0 to 1048576; 1 when it is left out without a flavor. 0 is for images that are no disk. Never null in an answer.
    /// </summary>
    public long? DiskGiB { get; init; }

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

    /// <summary>
    /// Whether it may be stopped to make room for a VM of a higher <c>placement.priority</c>, where its pool allows that
    /// (<c>policies.preemption</c>). It then keeps its disk and gives back the rest until it is started again.
    /// </summary>
    public bool Preemptible { get; init; }

    /// <summary>When it stops by itself: ALWAYS starts it again, ON_FAILURE only when its process died, NEVER leaves it.</summary>
    [AllowedValues("ALWAYS", "ON_FAILURE", "NEVER")]
    public string RestartPolicy { get; init; } = "ALWAYS";

    /// <summary>
    /// When its host is lost: RESTART_ELSEWHERE ends it with its host's lease and starts it on another host; STAY leaves it where it is,
    /// and its state UNKNOWN. A VM with a disk that is on its host alone stays whatever this says.
    /// </summary>
    [AllowedValues("RESTART_ELSEWHERE", "STAY")]
    public string OnHostLoss { get; init; } = "RESTART_ELSEWHERE";

    /// <summary>What it shall be after its creation.</summary>
    [AllowedValues("RUNNING", "STOPPED")]
    public string DesiredState { get; init; } = "RUNNING";
}
