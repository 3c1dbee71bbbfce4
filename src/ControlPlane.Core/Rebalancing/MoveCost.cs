namespace ControlPlane.Core.Rebalancing;

/// <summary>What a move copies from host to host.</summary>
/// <param name="MemoryMiB">Memory, in MiB; 0 for a VM that is stopped.</param>
/// <param name="DiskMiB">Disk, in MiB; 0 where both hosts see the same disk.</param>
public readonly record struct MoveCost(long MemoryMiB, long DiskMiB)
{
    /// <summary>Both together, in MiB.</summary>
    public long TotalMiB => MemoryMiB + DiskMiB;
}
