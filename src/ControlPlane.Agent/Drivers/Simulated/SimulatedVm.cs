using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Drivers.Simulated;

/// <summary>One VM of the simulated world. All access is under its own lock.</summary>
internal sealed class SimulatedVm(VmAssignment first)
{
    private const int ConsoleLines = 32;

    public Lock Sync { get; } = new();

    public VmAssignment Newest { get; set; } = first;

    public ObservedPower Power { get; set; } = ObservedPower.Absent;

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? AliveSince { get; set; }

    public bool? GuestPoweredOff { get; set; }

    public long RebootsDone { get; set; }

    public int Boots { get; set; }

    /// <summary>How far its move is, as this host's end of it.</summary>
    public MovePhase Move { get; set; }

    /// <summary>Whether it ran when it was handed over.</summary>
    public bool WasRunning { get; set; }

    /// <summary>Completes when its state has come from another host.</summary>
    public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SimulatedConsole Console { get; } = new(ConsoleLines);

    /// <summary>Completes when the present guest ends.</summary>
    public TaskCompletionSource Exit { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
