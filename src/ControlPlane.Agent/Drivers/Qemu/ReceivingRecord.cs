using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What the target of a move keeps of it: there from before its process is begun until its guest is let go on.</summary>
internal sealed record ReceivingRecord
{
    /// <summary>The one that was begun, and so is never begun again.</summary>
    public required long Incarnation { get; init; }

    public required MoveAlgorithm Algorithm { get; init; }

    /// <summary>Whether the disk comes too; else there is none, or both hosts have it.</summary>
    public required bool CopiesDisk { get; init; }

    /// <summary>Where the disk comes in; written before QEMU listens there, since QEMU cannot be asked.</summary>
    public string? DiskAddress { get; init; }

    /// <summary>Where memory comes in.</summary>
    public string? MemoryAddress { get; init; }

    /// <summary>Whether everything listens.</summary>
    public bool Listens { get; init; }
}
