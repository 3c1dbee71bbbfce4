namespace ControlPlane.Contracts.Agents;

/// <summary>What one end of a move has to say. Bytes count from the beginning of this attempt.</summary>
public sealed record MoveProgress
{
    public required MovePhase Phase { get; init; }

    /// <summary>Target, from LISTENING on: where it listens for memory.</summary>
    public string? MemoryAddress { get; init; }

    /// <summary>Target, from LISTENING on: where it listens for the disk.</summary>
    public string? DiskAddress { get; init; }

    public long MemoryBytes { get; init; }
    public long MemoryBytesLeft { get; init; }
    public long MemoryBytesTotal { get; init; }
    public long DiskBytes { get; init; }
    public long DiskBytesTotal { get; init; }

    /// <summary>Bytes of memory that the guest changes in a second.</summary>
    public long DirtyBytesPerSecond { get; init; }

    /// <summary>Passes over the guest's memory.</summary>
    public int Passes { get; init; }

    /// <summary>What QEMU expects, in milliseconds; null when it says nothing.</summary>
    public int? ExpectedDowntimeMs { get; init; }

    /// <summary>How long the source's guest stood still as QEMU measured it, in milliseconds; null before.</summary>
    public int? DowntimeMs { get; init; }

    /// <summary>How long memory took, in milliseconds; null before.</summary>
    public int? TotalMs { get; init; }

    /// <summary>Whether the guest can no longer go on at the source (post-copy has begun).</summary>
    public bool PastReturn { get; init; }
}
