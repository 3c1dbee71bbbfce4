namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What becomes of a VM whose host is silent or lost.</summary>
public enum LostVmVerdict
{
    /// <summary>Nothing: its host is not lost.</summary>
    NotLost,

    /// <summary>It is UNKNOWN: its host may still run it, since it never promised to end it.</summary>
    NotProvenEnded,

    /// <summary>It is UNKNOWN: a disk of it exists on the lost host alone, and an empty one would hide the loss.</summary>
    DisksLost,

    /// <summary>It waits: so many hosts are silent that the service doubts itself.</summary>
    WaitsForBrake,

    /// <summary>A new incarnation is started on another host.</summary>
    StartsElsewhere,
}
