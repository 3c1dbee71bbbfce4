namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>How far a move of a plan is.</summary>
public enum PlannedMoveState
{
    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>Its operation is at work.</summary>
    Moving,

    /// <summary>The VM is where it was to go.</summary>
    Done,

    /// <summary>It was given up.</summary>
    Left,
}
