using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Vms;

/// <summary>What a supervisor remembers of its VM between two looks. Lost with the agent and then taken up from the assignment.</summary>
public sealed record VmMemory
{
    /// <summary>The newest generation that was reached or has failed.</summary>
    public long Settled { get; init; }

    /// <summary>The newest generation whose files are made.</summary>
    public long Prepared { get; init; }

    /// <summary>The newest generation whose guest was started, so that one which ends at once is not started in a tight loop.</summary>
    public long Started { get; init; }

    /// <summary>Whether this incarnation was awaited here, so that what has come is it and none before.</summary>
    public bool Received { get; init; }

    /// <summary>Steps taken for the unsettled generation; bounded, so that a driver that lies cannot keep the agent busy.</summary>
    public int Steps { get; init; }

    /// <summary>The step that failed the settled generation, or null.</summary>
    public VmStep? FailedStep { get; init; }

    /// <summary>Why the settled generation could not be reached, as a sentence.</summary>
    public string? Failure { get; init; }

    /// <summary>The same in one CamelCase word.</summary>
    public string? FailureReason { get; init; }

    /// <summary>What the VM was at the last look.</summary>
    public ObservedPower LastPower { get; init; }

    /// <summary>Starts by the agent itself since the last assigned one.</summary>
    public int Restarts { get; init; }

    /// <summary>Starts by the agent itself in a row, none of which lasted long enough to count as stable.</summary>
    public int RestartsInRow { get; init; }

    /// <summary>When the guest was last started by this agent process.</summary>
    public DateTimeOffset? LastStart { get; init; }

    /// <summary>When the next start by itself is due.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What went wrong at the last start by itself.</summary>
    public string? LastTrouble { get; init; }

    /// <summary>What the service still knows from the time before this agent process.</summary>
    public static VmMemory TakenUpFrom(VmAssignment vm)
    {
        var settled = Math.Min(vm.LastObservedGeneration, vm.Generation);
        var memory = new VmMemory { Settled = settled, Prepared = settled, Started = settled, LastPower = vm.LastObserved };
        return settled == vm.Generation && vm.LastObserved == ObservedPower.Failed
            ? memory with { Prepared = 0, Failure = "It had failed before the agent was started again.", FailureReason = "FailedBefore" }
            : memory;
    }
}
