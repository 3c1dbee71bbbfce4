namespace ControlPlane.Agent.Vms;

/// <summary>What a supervisor does next for its VM.</summary>
public enum VmStep
{
    /// <summary>Make or grow its files.</summary>
    Prepare,

    /// <summary>Start its guest because the assignment says so.</summary>
    Start,

    /// <summary>Start its guest again because it ended by itself.</summary>
    Restart,

    /// <summary>Stop its guest.</summary>
    Stop,

    /// <summary>Let its vCPUs stand still.</summary>
    Pause,

    /// <summary>Let its vCPUs run again.</summary>
    Resume,

    /// <summary>Boot its guest again.</summary>
    Reboot,

    /// <summary>Target of a move: begin its process, awaiting its state.</summary>
    Receive,

    /// <summary>Source of a move: send its disk and memory.</summary>
    Send,

    /// <summary>A move that has come to nothing: let it be what it was here.</summary>
    CallBack,

    /// <summary>Remove everything of it.</summary>
    Remove,

    /// <summary>The generation is reached: say so.</summary>
    Settle,

    /// <summary>Nothing to do until something changes.</summary>
    Rest,

    /// <summary>It ended by itself: begin the delay before another start.</summary>
    Schedule,

    /// <summary>The delay before another start has not passed yet.</summary>
    Await,

    /// <summary>It should run and will not be tried again.</summary>
    GiveUp,

    /// <summary>Nothing is left of it and that has been said: the supervisor ends.</summary>
    Finish,
}
