using ControlPlane.Core.Conditions;

namespace ControlPlane.Core.Vms;

/// <summary>What a host's agent saw of a VM.</summary>
public sealed record VmReport
{
    /// <summary>The embodiment spoken of.</summary>
    public required long Incarnation { get; init; }

    /// <summary>The assignment generation that this answers.</summary>
    public required long Generation { get; init; }

    /// <summary>The newest generation whose files its host has made.</summary>
    public long PreparedGeneration { get; init; }

    /// <summary>What it is.</summary>
    public required Power Power { get; init; }

    /// <summary>Why the generation could not be reached, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>One word for <see cref="Failure"/>.</summary>
    public string? FailureReason { get; init; }

    /// <summary>When its present process began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its present process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How often the agent started it again by itself.</summary>
    public int Restarts { get; init; }

    /// <summary>What is known of it.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Isolation controls in force.</summary>
    public IReadOnlyList<string> IsolationControls { get; init; } = [];
}
