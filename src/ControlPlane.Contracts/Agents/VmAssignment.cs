namespace ControlPlane.Contracts.Agents;

/// <summary>What one VM shall be on one host. The newest generation of the newest incarnation holds; older ones are ignored.</summary>
public sealed record VmAssignment
{
    public required string VmId { get; init; }
    public required string HostId { get; init; }
    public required string Name { get; init; }

    /// <summary>The VM's firmware UUID (SMBIOS type 1).</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The number of the VM's present embodiment; a host obeys only the newest it has seen.</summary>
    public required long Incarnation { get; init; }

    /// <summary>Grows with every change of this assignment; reports name the one they speak of.</summary>
    public required long Generation { get; init; }

    /// <summary>The revision at which this assignment changed last; the next request asks for what came after the greatest.</summary>
    public required long Revision { get; init; }

    public required DesiredPower Power { get; init; }

    /// <summary>How to stop it, where <see cref="Power"/> is Stopped (or Absent, which is always forced).</summary>
    public ShutdownMode StopMode { get; init; } = ShutdownMode.Graceful;

    /// <summary>Seconds that a graceful stop may take.</summary>
    public int StopTimeoutSeconds { get; init; } = 60;

    /// <summary>Whether a graceful stop that ran out of time is followed by a forced one, instead of failing.</summary>
    public bool ForceAfterTimeout { get; init; }

    /// <summary>Grows by one for each reboot asked for; an agent that has acted on fewer reboots the guest once.</summary>
    public long RebootCount { get; init; }

    public ShutdownMode RebootMode { get; init; } = ShutdownMode.Graceful;
    public RestartRule RestartRule { get; init; } = RestartRule.Always;

    /// <summary>What becomes of it with its host's lease.</summary>
    public HostLossRule OnHostLoss { get; init; } = HostLossRule.Stay;

    /// <summary>The session of the agent that this was told in; it counts in that alone. Zero where the agent has none.</summary>
    public long Session { get; init; }

    public required VirtualizationEngine Engine { get; init; }

    /// <summary>QEMU's -cpu model, from the engine's configuration.</summary>
    public required string CpuModel { get; init; }

    /// <summary>QEMU's -machine type, from the engine's configuration.</summary>
    public required string MachineType { get; init; }

    public required int Vcpus { get; init; }
    public required long MemoryMiB { get; init; }
    public required long DiskGiB { get; init; }

    /// <summary>What it boots from; null only on simulated hosts.</summary>
    public BootSource? Boot { get; init; }

    public CloudInitSeed? CloudInit { get; init; }

    /// <summary>Set on simulated hosts.</summary>
    public Simulation? Simulation { get; init; }

    /// <summary>What was last reported of it: the state a simulated host resumes from, since it keeps nothing itself.</summary>
    public ObservedPower LastObserved { get; init; } = ObservedPower.Absent;

    /// <summary>The generation that <see cref="LastObserved"/> speaks of.</summary>
    public long LastObservedGeneration { get; init; }

    /// <summary>What this host last said of its move: like <see cref="LastObserved"/>.</summary>
    public MovePhase LastMove { get; init; }

    /// <summary>Its way to another host, or null.</summary>
    public VmMove? Move { get; init; }

    /// <summary>
    /// With Absent: it lives on elsewhere. What is only here goes; a disk on storage that others have too stays.
    /// </summary>
    public bool Departed { get; init; }
}
