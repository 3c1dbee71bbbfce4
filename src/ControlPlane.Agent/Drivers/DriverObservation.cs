using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers;

/// <summary>What a driver finds of one VM when it looks.</summary>
/// <param name="Power">Absent, Stopped, Running or Paused.</param>
public sealed record DriverObservation(ObservedPower Power)
{
    /// <summary>The guest's process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When that process began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>True when the guest switched itself off, false when its process died, null when that is not known or it runs.</summary>
    public bool? GuestPoweredOff { get; init; }

    /// <summary>How many of the assigned reboots have been acted on, as kept on the host.</summary>
    public long RebootsDone { get; init; }

    /// <summary>Whether the guest has shown life since its last boot, for example by console output.</summary>
    public DateTimeOffset? GuestAliveSince { get; init; }

    /// <summary>False when the process is there but its monitor does not answer: what <see cref="Power"/> says is then a belief.</summary>
    public bool Responsive { get; init; } = true;

    /// <summary>Controls in force for the process, looked up in the kernel, not in what was asked for.</summary>
    public IReadOnlyList<string> IsolationControls { get; init; } = [];

    /// <summary>
    /// How far its move is, looked up in the process: also one that no assignment speaks of any more. Null when there is none.
    /// </summary>
    public MoveProgress? Move { get; init; }
}
