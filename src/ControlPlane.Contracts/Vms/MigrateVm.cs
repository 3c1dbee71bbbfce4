using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>Moves a VM to another host.</summary>
public sealed record MigrateVm
{
    /// <summary>
    /// PRE_COPY sends the memory while the guest runs. POST_COPY lets it go on at the target at once and fetches the memory from the
    /// source: sure to end, and from then on both hosts are needed. HYBRID makes one pass as PRE_COPY first. COLD moves it while it is
    /// off.
    /// </summary>
    [AllowedValues("COLD", "PRE_COPY", "POST_COPY", "HYBRID")]
    public string Algorithm { get; init; } = "PRE_COPY";

    /// <summary>The target, by id or name; null: the scheduler chooses.</summary>
    public string? Host { get; init; }

    /// <summary>MiB per second for the memory and for the disk: 1 to 1,000,000; null for no limit.</summary>
    public int? BandwidthMiBPerSecond { get; init; }

    /// <summary>
    /// Milliseconds that the guest may stand still in PRE_COPY, as QEMU expects it: 1 to 60,000. A tenth is tried first, and twice as
    /// much after each pass that left more.
    /// </summary>
    public int DowntimeLimitMs { get; init; } = 300;

    /// <summary>Whether the guest may be slowed down so that PRE_COPY comes to an end.</summary>
    public bool AutoConverge { get; init; }

    /// <summary>Connections for the memory in PRE_COPY: 1 to 16.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Whether memory and disk go encrypted, by the hosts' own certificates.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Seconds that the sending may take before it is given up: 1 to 86,400.</summary>
    public int TimeoutSeconds { get; init; } = 600;

    /// <summary>Seconds that the guest has to shut down before COLD ends its process: 1 to 3,600.</summary>
    public int StopTimeoutSeconds { get; init; } = 60;
}
