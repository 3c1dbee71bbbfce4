namespace ControlPlane.Core.Hosts.Liveness;

/// <summary>What a host may do with the guests that are restarted elsewhere when it is lost.</summary>
public enum FenceStage
{
    /// <summary>The lease holds: they run.</summary>
    Run,

    /// <summary>It is about to end: they stand still, and go on when it is renewed.</summary>
    Pause,

    /// <summary>It is over, or was never had: they are ended and given up.</summary>
    Stop,
}
