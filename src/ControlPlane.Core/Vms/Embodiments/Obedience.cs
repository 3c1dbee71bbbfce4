namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>A host obeys only the newest it has seen: orders may be late, doubled, or overtake each other.</summary>
public static class Obedience
{
    /// <summary>Whether an order is followed.</summary>
    /// <param name="memory">What the host remembers of the VM.</param>
    /// <param name="session">The session of the agent's present life.</param>
    /// <param name="order">The order.</param>
    public static ObedienceOutcome Judge(OrderMemory memory, long session, VmOrder order)
    {
        if (order.Session != session) { return ObedienceOutcome.OldSession; }
        if (order.Incarnation < memory.Incarnation) { return ObedienceOutcome.OldIncarnation; }
        if (order.Generation < memory.Generation) { return ObedienceOutcome.OldGeneration; }
        return order.Will != VmWill.Absent && order.Incarnation <= memory.GivenUp ? ObedienceOutcome.GivenUp : ObedienceOutcome.Obey;
    }
}
