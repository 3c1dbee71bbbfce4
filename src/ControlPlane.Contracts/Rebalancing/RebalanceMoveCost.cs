namespace ControlPlane.Contracts.Rebalancing;

/// <summary>What a move copies from host to host.</summary>
public sealed record RebalanceMoveCost
{
    /// <summary>Memory; 0 for a VM that is stopped.</summary>
    public required long MemoryMiB { get; init; }

    /// <summary>Disk, at its full size: hosts have no storage in common yet.</summary>
    public required long DiskMiB { get; init; }

    /// <summary>Both together.</summary>
    public required long TotalMiB { get; init; }
}
