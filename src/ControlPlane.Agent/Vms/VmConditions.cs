using ControlPlane.Agent.Drivers;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Agent.Vms;

/// <summary>The conditions of one VM: what was said last is kept, so that a transition time only moves with its status.</summary>
internal sealed class VmConditions(int crashLoopRestarts)
{
    private IReadOnlyList<AgentCondition> current = [];

    /// <summary>The conditions that hold now.</summary>
    public IReadOnlyList<AgentCondition> Update(DriverObservation seen, VmMemory memory, DateTimeOffset now)
    {
        var next = new List<AgentCondition>(3);
        AddAlive(next, seen, now);
        AddEnded(next, seen, now);
        AddCrashLooping(next, memory, now);
        if (!next.SequenceEqual(current))
        {
            current = next;
        }

        return current;
    }

    private void AddAlive(List<AgentCondition> next, DriverObservation seen, DateTimeOffset now)
    {
        if (!VmReconciliation.IsUp(seen.Power))
        {
            return;
        }

        next.Add(!seen.Responsive
            ? Kept("GuestAlive", "UNKNOWN", "MonitorSilent", "The process is there; its monitor does not answer.", now)
            : seen.GuestAliveSince is not null
                ? Kept("GuestAlive", "TRUE", "ConsoleOutput", "The guest has written to its console since its last boot.", now)
                : Kept("GuestAlive", "UNKNOWN", "NoConsoleOutput", "The guest has not written to its console since its last boot.", now));
    }

    private void AddEnded(List<AgentCondition> next, DriverObservation seen, DateTimeOffset now)
    {
        if (seen.Power == ObservedPower.Stopped && seen.GuestPoweredOff is { } poweredOff)
        {
            next.Add(poweredOff
                ? Kept("GuestEnded", "TRUE", "GuestPoweredOff", "The guest switched itself off.", now)
                : Kept("GuestEnded", "TRUE", "ProcessDied", "The guest's process ended by itself.", now));
        }
    }

    private void AddCrashLooping(List<AgentCondition> next, VmMemory memory, DateTimeOffset now)
    {
        if (memory.Restarts == 0)
        {
            return;
        }

        next.Add(memory.RestartsInRow >= crashLoopRestarts
            ? Kept("CrashLooping", "TRUE", "RestartsInRow", Sentence(memory), now)
            : Kept("CrashLooping", "FALSE", "Restarted", Sentence(memory), now));
    }

    private static string Sentence(VmMemory memory) =>
        $"Started again {memory.RestartsInRow} times in a row." + (memory.LastTrouble is null ? "" : $" Last: {memory.LastTrouble}");

    private AgentCondition Kept(string type, string status, string reason, string message, DateTimeOffset now)
    {
        var before = current.FirstOrDefault(condition => condition.Type == type);
        return new(type, status, reason, message, before?.Status == status ? before.LastTransitionTime : now);
    }
}
