using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Rebalancing;

/// <summary>A plan in a list: what it comes to, without its moves.</summary>
public sealed record RebalancePlanSummary
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>The pool whose VMs it moves, with those of the pools in it.</summary>
    public required string Pool { get; init; }

    /// <summary>What it is to improve.</summary>
    [AllowedValues("BALANCE", "CONSOLIDATE", "REPAIR")]
    public required string Goal { get; init; }

    /// <summary>How many moves it has.</summary>
    public required int MoveCount { get; init; }

    /// <summary>What all moves together copy, in MiB.</summary>
    public required long CostMiB { get; init; }

    /// <summary>The goal’s measure as it was; less is better, 0 is perfect.</summary>
    public required double ScoreBefore { get; init; }

    /// <summary>The goal’s measure as it would be after the last move.</summary>
    public required double ScoreAfter { get; init; }

    /// <summary>The revision of the fleet that it saw.</summary>
    public required long Revision { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreateTime { get; init; }
}
