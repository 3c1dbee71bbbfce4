namespace ControlPlane.Contracts.Agents;

/// <summary>
/// The part of an assignment that is about the VM's way to another host. Both ends have one until the service has switched; from then on
/// the target has an assignment without it, and the source one that lets the VM go.
/// </summary>
public sealed record VmMove
{
    /// <summary>Which end this host is.</summary>
    public required MoveRole Role { get; init; }

    public required MoveAlgorithm Algorithm { get; init; }

    /// <summary>The host at the other end. Its name in its certificate is this and <see cref="AgentProtocol.HostDomain"/>.</summary>
    public required string PeerHostId { get; init; }

    /// <summary>What the VM will be at the target; burnt when the move comes to nothing.</summary>
    public required long TargetIncarnation { get; init; }

    /// <summary>
    /// Where the target listens for memory, as <c>host:port</c>; null until it has said so, and for COLD. At the source only.
    /// </summary>
    public string? MemoryAddress { get; init; }

    /// <summary>
    /// Where the target listens for the disk (NBD), as <c>host:port</c>; null until it has said so, and when no disk goes.
    /// </summary>
    public string? DiskAddress { get; init; }

    /// <summary>Whether the target listens: the source may begin. Always false at the target.</summary>
    public bool Ready { get; init; }

    /// <summary>Whether the disk is on storage that both hosts have.</summary>
    public bool SharedDisk { get; init; }

    /// <summary>Whether both streams go over mutual TLS with the hosts' own certificates.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>MiB per second for memory and disk each; null for no limit.</summary>
    public int? BandwidthMiBPerSecond { get; init; }

    /// <summary>Milliseconds that the guest may stand still in pre-copy: QEMU's <c>downtime-limit</c> is raised up to it.</summary>
    public int DowntimeLimitMs { get; init; } = 300;

    /// <summary>Whether QEMU may slow the guest down so that pre-copy comes to an end.</summary>
    public bool AutoConverge { get; init; }

    /// <summary>Connections for memory; 1 for the plain stream.</summary>
    public int Channels { get; init; } = 1;
}
