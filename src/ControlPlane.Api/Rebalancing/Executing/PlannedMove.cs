using ControlPlane.Core.Operations;
using ControlPlane.Core.Rebalancing;

namespace ControlPlane.Api.Rebalancing.Executing;

/// <summary>A move of a plan that is executed, as its operation keeps it.</summary>
public sealed record PlannedMove
{
    /// <summary>Who goes where.</summary>
    public required Move Move { get; init; }

    /// <summary>The VM's name; null when it was gone before the execution.</summary>
    public string? Name { get; init; }

    /// <summary>How far it is.</summary>
    public PlannedMoveState State { get; init; }

    /// <summary>The newest operation that moves it.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it waits or was given up.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it has come to its end.</summary>
    public bool Ended => State is PlannedMoveState.Done or PlannedMoveState.Left;

    /// <summary>Who is meant, for a sentence.</summary>
    public string Who => Name is { } name ? $"VM '{name}'" : $"VM {Move.Vm}";

    /// <summary>It waits on.</summary>
    internal PlannedMove Waits(string why) => this with { State = PlannedMoveState.Waiting, Detail = why };

    /// <summary>It is given up.</summary>
    internal PlannedMove Leave(string why) => this with { State = PlannedMoveState.Left, Detail = why };
}
