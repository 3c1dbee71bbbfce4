using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>What became of one VM of a batch.</summary>
public sealed record VmBatchResultItem
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; null when it was refused.</summary>
    public required string? Vm { get; init; }

    /// <summary>The operation that made it; null when it was refused.</summary>
    public required string? Operation { get; init; }

    /// <summary>How that ended; REFUSED when there was none.</summary>
    [AllowedValues("SUCCEEDED", "FAILED", "CANCELLED", "REFUSED")]
    public required string State { get; init; }

    /// <summary>Why it was not made: a problem's code, or that of its operation's error; null when it was.</summary>
    public required string? Code { get; init; }

    /// <summary>The same as a sentence.</summary>
    public required string? Detail { get; init; }
}
