using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using ControlPlane.Contracts.Placements;

namespace ControlPlane.Contracts.Operations;

/// <summary>A durable piece of work.</summary>
public sealed record OperationResource
{
    /// <summary>Server-made.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    [AllowedValues(
        "CREATE_VM", "START_VM", "STOP_VM", "REBOOT_VM", "PAUSE_VM", "RESUME_VM", "UPDATE_VM", "DELETE_VM", "BATCH_CREATE_VMS",
        "PREEMPT_VM", "MIGRATE_VM", "DRAIN_HOST", "EXECUTE_REBALANCE_PLAN", "RECOVER_HOST", "RESTART_VM_ELSEWHERE",
        "START_ENGINE", "STOP_ENGINE")]
    public required string Kind { get; init; }

    /// <summary>What it does it to, such as <c>vms/vm_…</c>.</summary>
    public required string Target { get; init; }

    /// <summary>How far it is.</summary>
    [AllowedValues("PENDING", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED")]
    public required string State { get; init; }

    /// <summary>Whether it has ended.</summary>
    public required bool Done { get; init; }

    /// <summary>How far it is.</summary>
    public required OperationProgress Progress { get; init; }

    /// <summary>Its steps.</summary>
    public required IReadOnlyList<OperationStepResource> Steps { get; init; }

    /// <summary>Whether a cancel can be honoured.</summary>
    public required bool Cancellable { get; init; }

    /// <summary>The operation it is part of, or null.</summary>
    public required string? Parent { get; init; }

    /// <summary>
    /// Operations that are part of it, the oldest first, at most 1,000, and none in a list: <c>filter=parent = op_…</c> pages through
    /// all of them, and <c>progress</c> counts them.
    /// </summary>
    public required IReadOnlyList<string> Children { get; init; }

    /// <summary>The decision it rests on, or null.</summary>
    public required string? Placement { get; init; }

    /// <summary>The VMs that it stops to make room, each by a child; null when it stops none.</summary>
    public required PlacementPreemption? Preemption { get; init; }

    /// <summary>A VM's way to another host; null when it moves none.</summary>
    public required OperationMigration? Migration { get; init; }

    /// <summary>The VMs of a host that it empties; null when it empties none.</summary>
    public required OperationDrain? Drain { get; init; }

    /// <summary>The moves of a rebalance plan that it makes; null when it executes none.</summary>
    public required OperationRebalance? Rebalance { get; init; }

    /// <summary>The VMs of a lost host that it starts elsewhere; null when it recovers none.</summary>
    public required OperationRecovery? Recovery { get; init; }

    /// <summary>Its place among those that wait for room; null when it does not wait.</summary>
    public required OperationQueue? Queue { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string Actor { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset? EndTime { get; init; }

    /// <summary>What it gave; set when it succeeded.</summary>
    public required JsonElement? Response { get; init; }

    /// <summary>Why it did not succeed; set when it ended otherwise.</summary>
    public required OperationError? Error { get; init; }

    /// <summary>What went wrong without failing it.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Changes with every change.</summary>
    public required string Etag { get; init; }
}
