using ControlPlane.Core.Rebalancing.Goals;

namespace ControlPlane.Core.Rebalancing;

/// <summary>
/// Plans moves of VMs between hosts. Pure: the same task gives the same plan. Greedy and bounded: it takes the move that gains most for
/// what it copies, as far as it looks, and never one that makes the score worse. Each move is judged by the scheduler's own checks on the
/// fleet as the moves before it leave it.
/// </summary>
public static class Rebalancer
{
    /// <summary>The plan; without moves where nothing would get better.</summary>
    public static RebalancePlan Plan(RebalanceTask task)
    {
        var draft = new PlanDraft(task);
        var before = MeasuredFleet.Of(draft);
        GoalOf(task.Goal).Improve(draft);
        return new(draft.Moves, before, MeasuredFleet.Of(draft), draft.Stop, draft.Stuck);
    }

    private static IRebalancing GoalOf(RebalanceGoal goal) => goal switch
    {
        RebalanceGoal.Balance => EvenUse.Instance,
        RebalanceGoal.Consolidate => EmptyHosts.Instance,
        RebalanceGoal.Repair => KeptRules.Instance,
    };
}
