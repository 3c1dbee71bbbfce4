namespace ControlPlane.Core.Operations;

/// <summary>How far what an operation sends from one host to another is: written by reports alone. Bytes of the present attempt.</summary>
public sealed record OperationTransfer
{
    /// <summary>Bytes of memory sent; more than there is when the guest changes what was sent.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Bytes of memory yet to be sent.</summary>
    public long MemoryBytesLeft { get; init; }

    /// <summary>The guest's memory.</summary>
    public long MemoryBytesTotal { get; init; }

    /// <summary>Bytes of the disk sent.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Bytes of the disk in all.</summary>
    public long DiskBytesTotal { get; init; }

    /// <summary>Bytes of memory that the guest changes in a second.</summary>
    public long DirtyBytesPerSecond { get; init; }

    /// <summary>Passes over the memory.</summary>
    public int Passes { get; init; }

    /// <summary>How long the guest is expected to stand still, in milliseconds; null when nothing is known.</summary>
    public int? ExpectedDowntimeMs { get; init; }

    /// <summary>How long it stood still at the source, in milliseconds; null before.</summary>
    public int? DowntimeMs { get; init; }

    /// <summary>How long memory took, in milliseconds; null before.</summary>
    public int? TotalMs { get; init; }

    /// <summary>Whether the guest can no longer go on at the source.</summary>
    public bool PastReturn { get; init; }
}
