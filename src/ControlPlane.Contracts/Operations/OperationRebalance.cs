using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>The execution of a rebalance plan.</summary>
public sealed record OperationRebalance
{
    /// <summary>What a move that cannot be made does to the others.</summary>
    [AllowedValues("STOP", "SKIP")]
    public required string OnStale { get; init; }

    /// <summary>Moves at work at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>How many VMs are where the plan has them.</summary>
    public required int Made { get; init; }

    /// <summary>How many moves were given up.</summary>
    public required int Left { get; init; }

    /// <summary>The plan's moves, in its order.</summary>
    public required IReadOnlyList<OperationRebalanceMove> Moves { get; init; }
}
