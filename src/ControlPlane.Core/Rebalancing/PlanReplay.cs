namespace ControlPlane.Core.Rebalancing;

/// <summary>Whether a plan can still be followed on a fleet that has moved on.</summary>
public static class PlanReplay
{
    /// <summary>The first thing that stands in the way, as a sentence; null when every move is still possible at its turn.</summary>
    /// <param name="task">The fleet and the VMs as they are now; goal and limits do not matter.</param>
    /// <param name="moves">The plan's moves, in order.</param>
    public static string? FirstObstacle(RebalanceTask task, IReadOnlyList<Move> moves)
    {
        var draft = new PlanDraft(task with { Limits = new(int.MaxValue, 0, null) });
        var vms = draft.Vms.ToDictionary(vm => vm.Vm);
        for (var i = 0; i < moves.Count; i++)
        {
            var move = moves[i];
            var obstacle = !vms.TryGetValue(move.Vm, out var vm) ? "it is gone, or may not be moved now"
                : draft.HostOf(vm).Id != move.From ? $"it is on {draft.HostOf(vm).Id} and not on {move.From}"
                : !vm.Demand.Resources.Equals(move.Resources) ? $"it holds {vm.Demand.Resources} and not {move.Resources}"
                : !draft.Takes(vm, move.To) ? $"{move.To} would not take it"
                : null;
            if (obstacle is not null) { return $"Move {i + 1} of {moves.Count}, VM {move.Vm}: {obstacle}."; }
            draft.Move(vm!, move.To, move.Gain);
        }
        return null;
    }
}
