namespace ControlPlane.Contracts.Agents;

/// <summary>What an agent saw of one VM.</summary>
public sealed record VmObservation
{
    public required string VmId { get; init; }

    /// <summary>The host that says so: a VM that moves is on two, and one report may speak for several simulated hosts.</summary>
    public string? HostId { get; init; }

    public required long Incarnation { get; init; }

    /// <summary>The assignment generation that this observation answers: everything up to it was acted upon, or failed.</summary>
    public required long Generation { get; init; }

    /// <summary>The newest assignment generation whose files were made here: a failure of that one came later, or there is none.</summary>
    public long PreparedGeneration { get; init; }

    /// <summary>Grows with each observation of this VM by this agent process; an older one that arrives late is ignored.</summary>
    public required long Sequence { get; init; }

    public required ObservedPower Power { get; init; }

    /// <summary>Why the generation could not be reached, as one sentence; null when it was.</summary>
    public string? Failure { get; init; }

    /// <summary>One CamelCase word beside <see cref="Failure"/>: <c>StopTimedOut</c>, <c>StartFailed</c>, <c>DiskFull</c>…</summary>
    public string? FailureReason { get; init; }

    /// <summary>When the present guest process began; null when none runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The present guest process, or null.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How often the agent started it again by itself since the last assigned start.</summary>
    public int Restarts { get; init; }

    public IReadOnlyList<AgentCondition> Conditions { get; init; } = [];

    /// <summary>Isolation controls that the host attests as in force: <c>syscallFilter</c>, <c>ownUser</c>, <c>networkScope</c>…</summary>
    public IReadOnlyList<string> IsolationControls { get; init; } = [];

    /// <summary>How far its move is, as this end of it; null without one.</summary>
    public MoveProgress? Move { get; init; }
}
