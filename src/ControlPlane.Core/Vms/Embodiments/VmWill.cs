namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What a host is told to make of an embodiment.</summary>
public enum VmWill
{
    /// <summary>It runs: begun from its disk, or gone on with when its state is there.</summary>
    Run,

    /// <summary>Its process waits, paused, for the state that another host sends. Only a later word lets it run.</summary>
    Await,

    /// <summary>It runs while its state is sent to another host, then stands still: only a later word lets it go on.</summary>
    HandOver,

    /// <summary>Nothing of it is there.</summary>
    Absent,
}
