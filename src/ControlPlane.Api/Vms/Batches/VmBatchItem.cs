using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Vms.Batches;

/// <summary>One VM of a batch, as its operation keeps it.</summary>
public sealed record VmBatchItem
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What was asked for; dropped when its turn has come.</summary>
    public CreateVm? Wanted { get; init; }

    /// <summary>Its id, once it was accepted.</summary>
    public string? Vm { get; init; }

    /// <summary>The operation that makes it.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Why it was refused: a problem's code.</summary>
    public string? Code { get; init; }

    /// <summary>The same as a sentence.</summary>
    public string? Detail { get; init; }
}
