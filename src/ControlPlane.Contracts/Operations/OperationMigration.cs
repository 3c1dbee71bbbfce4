using ControlPlane.Contracts.Placements;

namespace ControlPlane.Contracts.Operations;

/// <summary>A VM's way to another host.</summary>
public sealed record OperationMigration
{
    /// <summary>How.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The host that it leaves.</summary>
    public required string Source { get; init; }

    /// <summary>The host that it goes to.</summary>
    public required string Target { get; init; }

    /// <summary>The engine there.</summary>
    public required string Engine { get; init; }

    /// <summary>The step at work: claim, stop, prepare, transfer, switch or remove; null when it has ended or not begun.</summary>
    public required string? Phase { get; init; }

    /// <summary>Whether the guest runs on elsewhere or nowhere: it cannot be taken back to the source any more.</summary>
    public required bool PastReturn { get; init; }

    /// <summary>Bytes of memory sent; more than there is when the guest changes what was sent.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes of memory yet to be sent.</summary>
    public required long MemoryBytesLeft { get; init; }

    /// <summary>The guest's memory in bytes; zero while nothing is known.</summary>
    public required long MemoryBytesTotal { get; init; }

    /// <summary>Bytes of the disk sent.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Bytes of the disk in all; zero when none goes.</summary>
    public required long DiskBytesTotal { get; init; }

    /// <summary>Bytes of memory that the guest changes in a second.</summary>
    public required long DirtyBytesPerSecond { get; init; }

    /// <summary>Passes over the memory.</summary>
    public required int Passes { get; init; }

    /// <summary>How long the guest is expected to stand still, in milliseconds; null when nothing is known.</summary>
    public required int? ExpectedDowntimeMs { get; init; }

    /// <summary>How long it stood still at the source, as that measured it, in milliseconds; null before.</summary>
    public required int? DowntimeMs { get; init; }

    /// <summary>How long the memory took, in milliseconds; null before.</summary>
    public required int? TotalMs { get; init; }

    /// <summary>With validateOnly: every host with every check. Else null; <c>placement</c> names the kept record.</summary>
    public PlacementResource? Preflight { get; init; }
}
