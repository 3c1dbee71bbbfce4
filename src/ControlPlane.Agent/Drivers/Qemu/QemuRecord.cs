using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What the host keeps of a VM beside its disk (<c>assignment.json</c>): replaced as a whole, and durable.</summary>
internal sealed record QemuRecord
{
    /// <summary>The newest assignment seen; an older incarnation is refused.</summary>
    public required VmAssignment Assignment { get; init; }

    /// <summary>The size the disk was made or grown to, in GiB.</summary>
    public long DiskGiB { get; init; }

    /// <summary>Whether the disk is on storage that other hosts have too, and not in this directory.</summary>
    public bool DiskIsShared { get; init; }

    /// <summary>The documents of which the seed image was made.</summary>
    public CloudInitSeed? Seed { get; init; }

    /// <summary>How many of the assigned reboots have been acted on.</summary>
    public long RebootsDone { get; init; }

    /// <summary>The guest's process, from its start until its end was dealt with.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When that process began, in clock ticks since the machine's boot: with the id it names one process for ever.</summary>
    public long ProcessStartTicks { get; init; }

    /// <summary>When that process began, for people.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its guest was last reset or started: console output after this is a sign of life.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>How the last guest ended: by itself (true), by the death of its process (false), or by our own hand (null).</summary>
    public bool? GuestPoweredOff { get; init; }

    /// <summary>Its way to another host, until it is let go or called back.</summary>
    public SendingRecord? Sending { get; init; }

    /// <summary>Its way to this host, until its guest is let go on.</summary>
    public ReceivingRecord? Receiving { get; init; }

    /// <summary>
    /// Whether a move left the guest standing still, and it has not run since: its disk is then still given away in QEMU's eyes.
    /// </summary>
    public bool StandsSinceMove { get; init; }
}
