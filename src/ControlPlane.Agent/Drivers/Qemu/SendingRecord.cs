using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What the source of a move keeps of it: there from before the first command until the VM is let go or called back.</summary>
internal sealed record SendingRecord
{
    /// <summary>Names the attempt: it is used for one only.</summary>
    public required long TargetIncarnation { get; init; }

    /// <summary>The newest generation that asked for it; only a later one lets the guest go on here.</summary>
    public required long Generation { get; init; }

    public required MoveAlgorithm Algorithm { get; init; }

    /// <summary>Whether the disk goes too: what is here of it is then nobody's once the VM has departed.</summary>
    public bool CopiesDisk { get; init; }

    /// <summary>Whether the guest ran when it began, and so runs again when it comes to nothing.</summary>
    public required bool WasRunning { get; init; }

    /// <summary>Written before QEMU is told to send memory: how an earlier attempt ended is not taken for this one's end.</summary>
    public bool MemoryBegun { get; init; }

    /// <summary>Written before QEMU is told to go over to post-copy.</summary>
    public bool PostCopyAsked { get; init; }

    /// <summary>COLD: the whole disk is at the target.</summary>
    public bool DiskSent { get; init; }
}
