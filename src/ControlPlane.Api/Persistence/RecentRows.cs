using ControlPlane.Core.Operations;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence;

/// <summary>
/// VMs and operations that changed lately, as committed: what a turn begins with, and what a waiter looks at, instead of asking the
/// database. What is not here is asked for. The rows are shared: whoever would change one changes a copy.
/// </summary>
internal sealed class RecentRows
{
    private const int MostRows = 4_096;
    private const int MostAssigned = 1_024;

    private readonly RecentMap<VmId, Vm> vms = new(MostRows);
    private readonly RecentMap<OperationId, Operation> operations = new(MostRows);
    private readonly Lock gate = new();
    private readonly Queue<(long Revision, VmId Vm)> assigned = new();
    private long assignedSince = long.MaxValue;

    /// <summary>The VM as committed, or null when it is not known here.</summary>
    internal Vm? Vm(VmId id) => vms.TryGet(id, out var vm) ? vm : null;

    /// <summary>The operation as committed, or null when it is not known here.</summary>
    internal Operation? Operation(OperationId id) => operations.TryGet(id, out var operation) ? operation : null;

    /// <summary>The VMs whose hosts were told something after a revision, oldest first; null when not all of them are known here.</summary>
    internal IReadOnlyList<Vm>? AssignedAfter(long revision)
    {
        List<Vm> found = [];
        lock (gate)
        {
            if (revision < assignedSince) { return null; }
            foreach (var (at, id) in assigned)
            {
                if (at <= revision) { continue; }
                if (Vm(id) is not { } vm) { return null; }
                if (vm.AssignmentRevision == at) { found.Add(vm); }
                // Told again since, and what it was told comes later in the line, or is just being taken over.
                else if (vm.AssignmentRevision < at) { return null; }
            }
        }
        return found;
    }

    /// <summary>Takes over what the turns of a commit of this process have changed.</summary>
    internal void Take(IReadOnlyList<TurnRows> turns)
    {
        List<(long Revision, VmId Vm)> told = [];
        foreach (var turn in turns)
        {
            foreach (var (id, vm) in turn.WrittenVms)
            {
                vms.Set(id, vm);
                if (vm is not null && turn.Assigned.Contains(id)) { told.Add((vm.AssignmentRevision, id)); }
            }
            foreach (var (id, operation) in turn.WrittenOperations) { operations.Set(id, operation); }
        }
        // What hosts must let go is not kept here: whoever has not heard of it, or of what was told in the same commit, asks the database.
        var departed = turns.Max(turn => (long?)turn.Departed) ?? 0;
        if (departed > 0) { ForgetAssigned(told.Select(one => one.Revision).Append(departed).Max()); }
        else if (told.Count > 0) { Assigned(told); }
    }

    /// <summary>Others have changed these: they are asked for when they are needed.</summary>
    internal void Forget(IReadOnlyCollection<VmId> changedVms, IReadOnlyCollection<OperationId> changedOperations, long revision)
    {
        foreach (var id in changedVms) { vms.Set(id, null); }
        foreach (var id in changedOperations) { operations.Set(id, null); }
        if (changedVms.Count > 0) { ForgetAssigned(revision); }
    }

    /// <summary>Forgets all: what is known begins after a revision.</summary>
    internal void Clear(long revision)
    {
        vms.Clear();
        operations.Clear();
        ForgetAssigned(revision);
    }

    // All of a commit at once and in order: whoever has seen one has seen those before it.
    private void Assigned(List<(long Revision, VmId Vm)> told)
    {
        told.Sort((left, right) => left.Revision.CompareTo(right.Revision));
        lock (gate)
        {
            foreach (var one in told) { assigned.Enqueue(one); }
            while (assigned.Count > MostAssigned) { assignedSince = assigned.Dequeue().Revision; }
        }
    }

    private void ForgetAssigned(long revision)
    {
        lock (gate)
        {
            assigned.Clear();
            assignedSince = revision;
        }
    }
}
