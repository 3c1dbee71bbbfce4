using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Agent;

/// <summary>Settings of an agent, bound from <c>ControlPlane:Agent</c>. Every limit in time or size that the agent knows is here.</summary>
public sealed class AgentOptions : IValidatableObject
{
    /// <summary>The configuration section that the service binds.</summary>
    public const string Section = "ControlPlane:Agent";

    /// <summary>The directory that holds one directory per VM. The service fills it in from its data directory when it is empty.</summary>
    public string VmsDirectory { get; set; } = "";

    /// <summary>The QEMU system emulator: a path, or a name looked up in PATH.</summary>
    [Required]
    public string QemuPath { get; set; } = "qemu-system-x86_64";

    /// <summary>QEMU's disk image tool.</summary>
    [Required]
    public string QemuImgPath { get; set; } = "qemu-img";

    /// <summary>The tool that writes NoCloud seed images.</summary>
    [Required]
    public string XorrisoPath { get; set; } = "xorriso";

    /// <summary>Seconds that one run of qemu-img may take.</summary>
    [Range(1, 3600)]
    public int QemuImgTimeoutSeconds { get; set; } = 60;

    /// <summary>CPU seconds that one run of qemu-img may use before the kernel ends it.</summary>
    [Range(1, 3600)]
    public int QemuImgCpuSeconds { get; set; } = 10;

    /// <summary>Address space, in MiB, that one run of qemu-img may use.</summary>
    [Range(128, 65536)]
    public int QemuImgMemoryMiB { get; set; } = 1024;

    /// <summary>Seconds that writing a seed image may take.</summary>
    [Range(1, 600)]
    public int SeedTimeoutSeconds { get; set; } = 30;

    /// <summary>Seconds from starting QEMU until its monitor answers.</summary>
    [Range(1, 600)]
    public int StartTimeoutSeconds { get; set; } = 30;

    /// <summary>Seconds that connecting to the monitor of a QEMU that runs already may take.</summary>
    [Range(1, 600)]
    public int MonitorConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds that QEMU may take to answer one monitor command.</summary>
    [Range(1, 600)]
    public int MonitorCommandTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds between two presses of the power button: a guest that still boots may not listen yet.</summary>
    [Range(1, 600)]
    public int PowerdownRepeatSeconds { get; set; } = 3;

    /// <summary>Seconds that QEMU may take to quit by itself before it is killed.</summary>
    [Range(1, 600)]
    public int QuitTimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds until a killed process must be gone.</summary>
    [Range(1, 600)]
    public int KillTimeoutSeconds { get; set; } = 15;

    /// <summary>Milliseconds between two looks at a process whose end is awaited.</summary>
    [Range(10, 60000)]
    public int ExitPollMilliseconds { get; set; } = 1000;

    /// <summary>TCG's code buffer in MiB for each software guest: QEMU's default grows a small guest past 1 GiB.</summary>
    [Range(16, 4096)]
    public int TranslationBufferMiB { get; set; } = 128;

    /// <summary>Bytes of a serial console's present file; one older file of the same size is kept beside it.</summary>
    [Range(4096, 1 << 30)]
    public int ConsoleBytes { get; set; } = 1 << 20;

    /// <summary>Bytes kept of QEMU's own messages per VM.</summary>
    [Range(1024, 1 << 24)]
    public int QemuLogBytes { get; set; } = 64 << 10;

    /// <summary>Milliseconds between two checks whether a console or log must be rotated.</summary>
    [Range(50, 60000)]
    public int RotationCheckMilliseconds { get; set; } = 500;

    /// <summary>Milliseconds between two looks for new console text while it is followed.</summary>
    [Range(10, 10000)]
    public int ConsoleFollowMilliseconds { get; set; } = 50;

    /// <summary>Seconds before a guest that ended by itself is started again; doubles with each further end.</summary>
    [Range(0.01, 3600)]
    public double RestartDelaySeconds { get; set; } = 1;

    /// <summary>Seconds of the longest delay before another start.</summary>
    [Range(0.01, 86400)]
    public double RestartDelayMaxSeconds { get; set; } = 300;

    /// <summary>Seconds a guest must run until the next end counts as the first again.</summary>
    [Range(1, 86400)]
    public int RestartStableSeconds { get; set; } = 600;

    /// <summary>Starts in a row from which on a VM is said to be crash-looping.</summary>
    [Range(1, 1000)]
    public int CrashLoopRestarts { get; set; } = 3;

    /// <summary>Seconds between two looks at a VM that nothing happens to.</summary>
    [Range(1, 3600)]
    public int ObserveIntervalSeconds { get; set; } = 10;

    /// <summary>Milliseconds between two looks at a guest that has not shown life yet.</summary>
    [Range(50, 60000)]
    public int AliveCheckMilliseconds { get; set; } = 500;

    /// <summary>Milliseconds that a step must last before the state on the way (STARTING, STOPPING) is reported.</summary>
    [Range(0, 60000)]
    public int TransitionReportMilliseconds { get; set; } = 200;

    /// <summary>How many driver calls run at once; the rest wait their turn. Waits for guests do not count.</summary>
    [Range(1, 4096)]
    public int MaxConcurrentDriverCalls { get; set; } = 64;

    /// <summary>Milliseconds before a failed call to the service is tried again; doubles up to the maximum.</summary>
    [Range(1, 60000)]
    public int LinkRetryMilliseconds { get; set; } = 200;

    /// <summary>Milliseconds of the longest wait before a failed call to the service is tried again.</summary>
    [Range(1, 600000)]
    public int LinkRetryMaxMilliseconds { get; set; } = 10000;

    /// <summary>Seconds that posting one report may take.</summary>
    [Range(1, 600)]
    public int ReportTimeoutSeconds { get; set; } = 30;

    /// <summary>Seconds that one wait for assignments may take; the service answers an idle one after about 30.</summary>
    [Range(5, 3600)]
    public int AssignmentWaitTimeoutSeconds { get; set; } = 90;

    /// <summary>Seconds between two searches for processes and files that no record owns.</summary>
    [Range(1, 86400)]
    public int StrayCheckSeconds { get; set; } = 60;

    /// <summary>Seconds that each attempt to prove an engine may take before its guest counts as hung.</summary>
    [Range(1, 300)]
    public int ProofTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds that each attempt to prove the hardware engine may take: a real one needs a fraction of a second.</summary>
    [Range(1, 300)]
    public int HardwareProofTimeoutSeconds { get; set; } = 4;

    /// <summary>How often a proof is tried when its guest ran but was too slow: a busy machine is not a broken engine.</summary>
    [Range(1, 10)]
    public int ProofAttempts { get; set; } = 3;

    /// <summary>Milliseconds that a million loop iterations may take under KVM; interpreted guests need some 1,700.</summary>
    [Range(1, 60000)]
    public int HardwareProofMilliseconds { get; set; } = 50;

    /// <summary>Milliseconds that a million loop iterations may take under emulation.</summary>
    [Range(1, 60000)]
    public int SoftwareProofMilliseconds { get; set; } = 1500;

    /// <summary>
    /// The address at which other hosts reach this one while a VM moves here. Empty for that of the interface with the default route.
    /// </summary>
    public string MoveAddress { get; set; } = "";

    /// <summary>The first port that may be listened on while a VM moves here; two are taken for each such VM.</summary>
    [Range(1, 65535)]
    public int MovePortFirst { get; set; } = 49152;

    /// <summary>The last such port.</summary>
    [Range(1, 65535)]
    public int MovePortLast { get; set; } = 49407;

    /// <summary>How many ports are tried before it is said that none is free.</summary>
    [Range(1, 65535)]
    public int MovePortAttempts { get; set; } = 32;

    /// <summary>Seconds that the target of a move may take to let itself be connected to.</summary>
    [Range(1, 600)]
    public int MoveConnectTimeoutSeconds { get; set; } = 5;

    /// <summary>Milliseconds between two looks at a move that goes on, and so between two reports of its progress.</summary>
    [Range(10, 60000)]
    public int MoveProgressMilliseconds { get; set; } = 250;

    /// <summary>Seconds that the end of a migration or of a disk's way may take once QEMU was told to end it.</summary>
    [Range(1, 600)]
    public int MoveSettleSeconds { get; set; } = 30;

    /// <summary>Seconds that a source in post-copy may take to send its last pages before its process is ended.</summary>
    [Range(1, 86400)]
    public int MoveLastPagesSeconds { get; set; } = 300;

    /// <summary>
    /// A directory that other hosts have too, for the disks of VMs; empty to keep each in its VM's own directory. Its file system must pass
    /// locks on to the other hosts.
    /// </summary>
    public string SharedDisksDirectory { get; set; } = "";

    /// <summary>What that storage is called: hosts that say the same name have the same.</summary>
    [StringLength(128)]
    public string SharedDisksName { get; set; } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SharedDisksDirectory.Length > 0 != SharedDisksName.Length > 0)
        {
            yield return new(
                $"{nameof(SharedDisksDirectory)} and {nameof(SharedDisksName)} must be set together.", [nameof(SharedDisksName)]);
        }

        if (MovePortLast < MovePortFirst)
        {
            yield return new($"{nameof(MovePortLast)} must not be before {nameof(MovePortFirst)}.", [nameof(MovePortLast)]);
        }
    }
}
