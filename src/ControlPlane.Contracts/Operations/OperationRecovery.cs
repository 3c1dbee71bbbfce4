using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>The recovery of a lost host's VMs.</summary>
public sealed record OperationRecovery
{
    /// <summary>On which proof the host was declared lost.</summary>
    [AllowedValues("LEASE_OVER", "AGENTS_WORD", "OPERATORS_STATEMENT")]
    public required string Proof { get; init; }

    /// <summary>Who stated that the machine is off; null where nobody did.</summary>
    public required string? StatedBy { get; init; }

    /// <summary>What was stated; null where nothing was.</summary>
    public required string? Statement { get; init; }

    /// <summary>Until when room is looked for.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>The VMs of the operation's project, at most 1,000, in the order of their turns.</summary>
    public required IReadOnlyList<OperationRecoveryVm> Vms { get; init; }

    /// <summary>How many VMs of other projects were on the host.</summary>
    public required int OthersVms { get; init; }

    /// <summary>How many are through, those of others included.</summary>
    public required int Through { get; init; }
}
