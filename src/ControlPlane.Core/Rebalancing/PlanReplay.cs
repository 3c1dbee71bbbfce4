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
            var vm = vms.GetValueOrDefault(move.Vm);
            if (Obstacle(draft, vm, move) is { } obstacle) { return $"Move {i + 1} of {moves.Count}, VM {move.Vm}: {obstacle}."; }
            draft.Move(vm!, move.To, move.Gain);
        }
        return null;
    }

    /// <summary>What stands in the way of one move now, as the end of a sentence; null when it is possible.</summary>
    /// <param name="task">The fleet and the VM as they are now; goal and limits do not matter.</param>
    /// <param name="move">The move.</param>
    public static string? Obstacle(RebalanceTask task, Move move)
    {
        var draft = new PlanDraft(task with { Limits = new(int.MaxValue, 0, null) });
        return Obstacle(draft, draft.Vms.FirstOrDefault(vm => vm.Vm == move.Vm), move);
    }

    private static string? Obstacle(PlanDraft draft, Movable? vm, Move move) =>
        vm is null ? "it is gone, or may not be moved now"
        : draft.HostOf(vm).Id != move.From ? $"it is on {draft.HostOf(vm).Id} and not on {move.From}"
        : !vm.Demand.Resources.Equals(move.Resources) ? $"it holds {vm.Demand.Resources} and not {move.Resources}"
        : !draft.Takes(vm, move.To) ? $"{move.To} would not take it"
        : null;
}
