using ControlPlane.Core.Hosts.Liveness;

namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>
/// What a host does next with an embodiment, from the newest order, what it remembers, what is there, and how its lease stands. An
/// incarnation is begun once and never again once given up; one that waits or has been handed over goes on only by a later word.
/// </summary>
public static class EmbodimentRule
{
    /// <summary>
    /// The next step. An order counts in its own session alone: in a later one the VM may be another host's, and a lease of the later one
    /// must not let it run.
    /// </summary>
    /// <param name="order">The newest order obeyed, or null.</param>
    /// <param name="session">The session of the agent's present life; zero when it has none.</param>
    /// <param name="memory">What the host remembers, this order included.</param>
    /// <param name="there">The VM's process, or null.</param>
    /// <param name="stage">How the lease stands.</param>
    public static EmbodimentStep Next(VmOrder? order, long session, OrderMemory memory, Embodiment? there, FenceStage stage)
    {
        if (order is null || order.Session != session) { return there is null ? EmbodimentStep.Rest : UnderFence(there, stage); }
        if (there is not null && there.Incarnation < order.Incarnation) { return EmbodimentStep.End; }
        if (order.Will == VmWill.Absent) { return there is null ? EmbodimentStep.Rest : EmbodimentStep.End; }
        if (there is not null && UnderFence(there, stage) is var fence and not EmbodimentStep.Rest) { return fence; }
        if (order.Policy == LossPolicy.RestartElsewhere && stage != FenceStage.Run) { return EmbodimentStep.Rest; }
        if (there is null)
        {
            return memory.Begun >= order.Incarnation ? EmbodimentStep.GiveUp
                : order.Will == VmWill.Await ? EmbodimentStep.BeginAwaiting : EmbodimentStep.Begin;
        }
        return order.Will == VmWill.Await ? EmbodimentStep.Rest : TowardsRunning(order, there);
    }

    /// <summary>What the end of the lease asks for, whatever the orders are. The watchdog asks this too.</summary>
    public static EmbodimentStep UnderFence(Embodiment there, FenceStage stage) => there.Policy == LossPolicy.Stay
        ? EmbodimentStep.Rest
        : stage switch
        {
            FenceStage.Run => EmbodimentStep.Rest,
            FenceStage.Pause => there.State == EmbodimentState.Running ? EmbodimentStep.Pause : EmbodimentStep.Rest,
            FenceStage.Stop => EmbodimentStep.GiveUp,
        };

    private static EmbodimentStep TowardsRunning(VmOrder order, Embodiment there) => there.State switch
    {
        EmbodimentState.Running => order.Will == VmWill.HandOver && there.HandOver < order.Generation
            ? EmbodimentStep.SendState : EmbodimentStep.Rest,
        // It is to run and its state never came: it cannot be this incarnation any more.
        EmbodimentState.Awaiting => EmbodimentStep.GiveUp,
        EmbodimentState.Loaded => EmbodimentStep.Continue,
        // The word must be later than the one by which it is handed over: until then the target may have been given it. That holds for one
        // that is paused while its state is being sent, too: it may have been sent by the time the word to go on reaches it.
        EmbodimentState.HandedOver or EmbodimentState.FencePaused =>
            there.HandOver < order.Generation ? EmbodimentStep.Continue : EmbodimentStep.Rest,
    };
}
