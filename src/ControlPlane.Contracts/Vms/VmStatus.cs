using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Contracts.Vms;

/// <summary>What a VM is.</summary>
public sealed record VmStatus
{
    /// <summary>What it is.</summary>
    [AllowedValues("CREATING", "STOPPED", "STARTING", "RUNNING", "PAUSED", "STOPPING", "MIGRATING", "DELETING", "FAILED", "UNKNOWN")]
    public required string State { get; init; }

    /// <summary>The host it is on.</summary>
    public required string? Host { get; init; }

    /// <summary>The engine it is on.</summary>
    [AllowedValues(null, "HARDWARE", "SOFTWARE")]
    public required string? Engine { get; init; }

    /// <summary>Numbers of the NUMA nodes of its host that it holds its share of; empty when it floats.</summary>
    public required IReadOnlyList<int> NumaNodes { get; init; }

    /// <summary>The number of its present embodiment.</summary>
    public required long Incarnation { get; init; }

    /// <summary>What it holds.</summary>
    public required IReadOnlyList<VmAmount> Allocations { get; init; }

    /// <summary>How isolated it is.</summary>
    public required VmIsolationStatus Isolation { get; init; }

    /// <summary>The operation under way, or null.</summary>
    public required string? CurrentOperation { get; init; }

    /// <summary>How often its host started it again by itself since the last start that was asked for.</summary>
    public required int Restarts { get; init; }

    /// <summary>When its present process began.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its process on its host.</summary>
    public required int? ProcessId { get; init; }

    /// <summary>What is known of it, such as <c>GuestAlive</c>.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }
}
