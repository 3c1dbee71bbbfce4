using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Operations;

/// <summary>The emptying of a host: also its plan, with validateOnly.</summary>
public sealed record OperationDrain
{
    /// <summary>Until when.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>VMs at work at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>The VMs of the caller's project, at most 1,000.</summary>
    public required IReadOnlyList<OperationDrainVm> Vms { get; init; }

    /// <summary>How many VMs of other projects are on the host: they are moved as well.</summary>
    public required int OthersVms { get; init; }

    /// <summary>How many are through, those of others included.</summary>
    public required int Through { get; init; }
}
