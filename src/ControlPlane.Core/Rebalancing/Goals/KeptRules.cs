using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Rebalancing.Goals;

/// <summary>
/// Moves VMs that stand where the rules would not put them any more, the cheapest first, to the host that their own algorithm prefers.
/// </summary>
internal sealed class KeptRules : IRebalancing
{
    internal static readonly KeptRules Instance = new();

    /// <inheritdoc/>
    public void Improve(PlanDraft draft)
    {
        var broken = draft.Vms.ToDictionary(vm => vm.Vm, vm => RulesOf(draft, vm).Count);
        foreach (var vm in draft.Vms.Where(vm => broken[vm.Vm] > 0).OrderBy(vm => vm.Cost.TotalMiB).ThenBy(vm => vm.Vm))
        {
            // A move before may have mended it.
            var rules = RulesOf(draft, vm);
            if (rules.Count == 0) { continue; }
            if (!draft.MayMove) { return; }
            if (draft.Affords(vm.Cost.TotalMiB)) { Repair(draft, vm, rules, broken); }
        }
    }

    private static void Repair(PlanDraft draft, Movable vm, IReadOnlyList<Check> rules, Dictionary<VmId, int> broken)
    {
        var source = draft.HostOf(vm).Id;
        if (draft.Targets(vm, vm.Demand.Algorithm).Cast<HostId?>().FirstOrDefault() is not { } target)
        {
            draft.Leave(vm, $"breaks {Names(rules)}, and no host would take it now");
            return;
        }
        var (fleet, moves) = (draft.Fleet, draft.Moves.Count);
        draft.Move(vm, target, 0, [.. rules.Select(rule => rule.Name)]);
        var after = Concerned(draft, vm, source, target).ToDictionary(each => each.Vm, each => RulesOf(draft, each).Count);
        var gain = after.Sum(each => broken[each.Key] - each.Value);
        if (gain <= 0 || !draft.IsWorth(gain))
        {
            draft.Return(moves, fleet);
            if (gain <= 0) { draft.Leave(vm, $"breaks {Names(rules)}, and moving it would break as much elsewhere"); }
            return;
        }
        draft.Credit(moves, gain);
        foreach (var (each, count) in after) { broken[each] = count; }
    }

    // Whose rules the move may mend or break: the neighbours on both hosts, the VM's group, and those that are spread by what it counts to.
    private static IEnumerable<Movable> Concerned(PlanDraft draft, Movable moved, HostId source, HostId target) =>
        draft.On(source).Concat(draft.On(target)).Concat(draft.Vms.Where(each => Follows(each, moved))).DistinctBy(each => each.Vm);

    private static bool Follows(Movable each, Movable moved) =>
        Counts(each.Demand.Group?.Group.Value, moved.Occupant) || Counts(each.Demand.Spread?.Counted, moved.Occupant);

    // As a host's occupancy counts: by what the rule asks for, be it a group or a pool.
    private static bool Counts(Guid? groupOrPool, Occupant occupant) =>
        groupOrPool is { } asked && (occupant.Group?.Value == asked || occupant.Pool.Value == asked);

    private static string Names(IReadOnlyList<Check> rules) => string.Join(", ", rules.Select(rule => rule.Name));

    private static IReadOnlyList<Check> RulesOf(PlanDraft draft, Movable vm) => BrokenRules.Of(draft.Fleet, vm, draft.HostOf(vm));
}
