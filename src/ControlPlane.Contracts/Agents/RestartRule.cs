namespace ControlPlane.Contracts.Agents;

/// <summary>What the agent does when a VM that should run has stopped by itself.</summary>
public enum RestartRule
{
    /// <summary>Start it again, whatever ended it.</summary>
    Always,

    /// <summary>Start it again when its process died; leave it stopped when its guest powered itself off.</summary>
    OnFailure,

    /// <summary>Leave it.</summary>
    Never,
}
