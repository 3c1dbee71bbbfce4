using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>Moves of VMs in order, each possible when its turn comes, and what they come to. Nothing is moved by making it.</summary>
public sealed record RebalancePlanResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>The pool whose VMs it moves, with those of the pools in it.</summary>
    public required string Pool { get; init; }

    /// <summary>What it is to improve.</summary>
    [AllowedValues("BALANCE", "CONSOLIDATE", "REPAIR")]
    public required string Goal { get; init; }

    /// <summary>The most moves it was allowed.</summary>
    public required int MaxMoves { get; init; }

    /// <summary>The least that each move had to gain.</summary>
    public required double MinGain { get; init; }

    /// <summary>The most that it was allowed to copy, in MiB; null for no limit.</summary>
    public required long? MaxCostMiB { get; init; }

    /// <summary>
    /// Why it ends there: NO_BETTER_MOVE, nothing further would improve the score; MAX_MOVES, MAX_COST or MIN_GAIN, the stop condition met.
    /// </summary>
    [AllowedValues("NO_BETTER_MOVE", "MAX_MOVES", "MAX_COST", "MIN_GAIN")]
    public required string StoppedBy { get; init; }

    /// <summary>The goal’s measure as it was; less is better, 0 is perfect.</summary>
    public required double ScoreBefore { get; init; }

    /// <summary>The goal’s measure as it would be after the last move.</summary>
    public required double ScoreAfter { get; init; }

    /// <summary>Every measure as it was.</summary>
    public required RebalanceMeasure Before { get; init; }

    /// <summary>Every measure as it would be after the last move.</summary>
    public required RebalanceMeasure After { get; init; }

    /// <summary>What all moves together copy, in MiB.</summary>
    public required long CostMiB { get; init; }

    /// <summary>In order.</summary>
    public required IReadOnlyList<RebalanceMove> Moves { get; init; }

    /// <summary>
    /// VMs that were not moved whatever the goal, and VMs that the goal would have moved and no host would take; at most 1000.
    /// </summary>
    public required IReadOnlyList<RebalanceSkip> Skipped { get; init; }

    /// <summary>How many VMs were skipped, listed or not.</summary>
    public required int SkippedCount { get; init; }

    /// <summary>The revision of the fleet that it saw.</summary>
    public required long Revision { get; init; }

    /// <summary>Whether the fleet has moved on so far that a move is no longer possible at its turn: make a new plan then.</summary>
    public required bool Stale { get; init; }

    /// <summary>Which move, and what stands in its way; null while the plan can be followed.</summary>
    public required string? StaleReason { get; init; }

    /// <summary>Milliseconds that planning took.</summary>
    public required long PlanningMilliseconds { get; init; }

    /// <summary>A plan never changes, so that this does not either.</summary>
    public required string Etag { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }
}
