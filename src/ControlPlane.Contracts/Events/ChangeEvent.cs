using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Events;

/// <summary>One change of one resource.</summary>
public sealed record ChangeEvent
{
    /// <summary>Ever-growing; ask after it to go on.</summary>
    public required long Revision { get; init; }

    /// <summary>What happened.</summary>
    [AllowedValues("CREATED", "UPDATED", "DELETED")]
    public required string Type { get; init; }

    /// <summary>What it happened to.</summary>
    [AllowedValues(
        "HOST", "POOL", "AFFINITY_GROUP", "ALLOCATION", "FLAVOR", "RESERVATION", "IMAGE", "VM", "OPERATION", "PLACEMENT",
        "REBALANCE_PLAN")]
    public required string Kind { get; init; }

    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The name, or null.</summary>
    public required string? Name { get; init; }

    /// <summary>Whose it is; null for the fleet’s own.</summary>
    public required string? Project { get; init; }

    /// <summary>The state afterwards, where it has one.</summary>
    public required string? State { get; init; }

    /// <summary>The etag afterwards.</summary>
    public required string? Etag { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
