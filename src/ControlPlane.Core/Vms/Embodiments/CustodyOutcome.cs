namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What becomes of a change of who runs a VM.</summary>
public enum CustodyOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The host has no part in the VM.</summary>
    ForeignVm,

    /// <summary>The word is about an embodiment, or a move, that is past.</summary>
    OldIncarnation,

    /// <summary>It is on its way to another host.</summary>
    MoveUnderWay,

    /// <summary>It is not on its way to another host.</summary>
    NoMove,

    /// <summary>It is there already.</summary>
    SameHost,

    /// <summary>The target has not loaded its state yet, or the source does not stand still.</summary>
    NotReady,

    /// <summary>Its present embodiment is not known to have ended.</summary>
    NotEnded,

    /// <summary>Its present embodiment has ended.</summary>
    Ended,
}
