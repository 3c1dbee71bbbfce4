using ControlPlane.Core.Operations;
using ControlPlane.Core.Queueing;

namespace ControlPlane.Core.Tests.Queueing;

/// <summary>A queue in which everybody fits: who comes gets a turn, who is first is served.</summary>
internal sealed class QueueSimulation
{
    private readonly List<QueueEntry> waiting = [];
    private int made;

    internal IReadOnlyList<QueueEntry> Waiting => waiting;

    internal QueueEntry Come(string project, int cost)
    {
        var order = FairQueue.InOrder(waiting).ToList();
        var first = order.Count == 0 ? (QueueEntry?)null : order[0];
        var last = order.Exists(entry => entry.Project == project) ? order.FindLast(entry => entry.Project == project) : (QueueEntry?)null;
        var id = new OperationId(new Guid(++made, 0, 0, new byte[8]));
        var entry = new QueueEntry(id, project, FairQueue.NextTurn(first, last), cost);
        waiting.Add(entry);
        return entry;
    }

    internal QueueEntry? Serve()
    {
        if (waiting.Count == 0) { return null; }
        var first = FairQueue.InOrder(waiting).First();
        waiting.Remove(first);
        return first;
    }
}
