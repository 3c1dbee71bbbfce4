using ControlPlane.Core.Hosts;
using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing.Goals;

/// <summary>
/// Every host as full as the fleet is on the whole. Again and again it looks at the fullest hosts, and moves the VM whose going gains most
/// for what it copies; a VM moves once.
/// </summary>
internal sealed class EvenUse : IRebalancing
{
    internal static readonly EvenUse Instance = new();

    private const int SourcesPerLook = 16;
    private const int VmsPerLook = 256;
    private const int TargetsPerVm = 4;
    private const int MovesPerLook = 8;
    private const int MaxSweeps = 8;
    private const double LeastGain = 1e-9;

    // A move has a price beside what it copies: the operation, the pause, the risk. Without it the plan would be of the smallest VMs alone.
    private const double PricePerMoveMiB = 16 * 1024;

    /// <inheritdoc/>
    public void Improve(PlanDraft draft)
    {
        var board = MeasuredFleet.BoardOf(draft);
        var exhausted = new HashSet<int>();
        var (sweeps, movedInSweep) = (0, false);
        while (draft.MayMove)
        {
            var sources = Fullest(draft, board, exhausted);
            if (sources.Count > 0)
            {
                if (Relieve(draft, board, sources)) { movedInSweep = true; } else { exhausted.UnionWith(sources); }
                continue;
            }
            if (!movedInSweep || ++sweeps == MaxSweeps) { return; }
            movedInSweep = false;
            exhausted.Clear();
            draft.LookAgain();
        }
    }

    private static List<int> Fullest(PlanDraft draft, LoadBoard board, HashSet<int> exhausted) =>
        [.. Enumerable.Range(0, board.Hosts.Count)
            .Where(row => !exhausted.Contains(row) && draft.On(board.Hosts[row]).Any(vm => !draft.HasMoved(vm)))
            .Select(row => (Row: row, Excess: board.Excess(row))).Where(each => each.Excess > 0)
            .OrderByDescending(each => each.Excess).ThenBy(each => each.Row).Take(SourcesPerLook).Select(each => each.Row)];

    // The board says quickly which targets would gain most; the scheduler then says which of them may be. Only where it says no to all of
    // those is it asked for all that may be.
    private static bool Relieve(PlanDraft draft, LoadBoard board, List<int> sources)
    {
        var vms = sources.SelectMany(row => draft.On(board.Hosts[row]).Where(vm => !draft.HasMoved(vm)).Select(vm => (vm, row)))
            .Take(VmsPerLook).Where(each => draft.Affords(each.vm.Cost.TotalMiB)).ToList();
        var (promising, undecided) = (new List<Candidate>(), new List<(Movable Vm, int Row)>());
        foreach (var (vm, row) in vms)
        {
            var best = Best(draft, board, vm, row, Enumerable.Range(0, board.Hosts.Count), TargetsPerVm);
            promising.AddRange(best);
            if (best.Count == TargetsPerVm) { undecided.Add((vm, row)); }
        }
        return Take(draft, board, promising)
            || Take(draft, board, [.. undecided.SelectMany(each => Legal(draft, board, each.Vm, each.Row))]);
    }

    // Several moves of one look, as long as no two touch the same host: what one does to two hosts says nothing of what others gain.
    private static bool Take(PlanDraft draft, LoadBoard board, List<Candidate> candidates)
    {
        candidates.Sort(Order);
        var touched = new HashSet<int>();
        foreach (var candidate in candidates)
        {
            if (!draft.MayMove || touched.Count == 2 * MovesPerLook) { break; }
            var (vm, from, to) = (candidate.Vm, candidate.From, candidate.To);
            if (touched.Contains(from) || touched.Contains(to) || !draft.Affords(vm.Cost.TotalMiB)) { continue; }
            var gain = board.GainOf(candidate.Drop);
            if (!draft.IsWorth(gain) || !draft.Takes(vm, board.Hosts[to])) { continue; }
            board.Move(from, to, board.AmountsOf(vm.Demand.Resources), candidate.Drop);
            draft.Move(vm, board.Hosts[to], gain);
            touched.Add(from);
            touched.Add(to);
        }
        return touched.Count > 0;
    }

    private static IEnumerable<Candidate> Legal(PlanDraft draft, LoadBoard board, Movable vm, int from) => Best(
        draft, board, vm, from, draft.Targets(vm, PlacementAlgorithm.WorstFit).Select(host => board.RowOf(host)!.Value), int.MaxValue);

    private static List<Candidate> Best(PlanDraft draft, LoadBoard board, Movable vm, int from, IEnumerable<int> targets, int most)
    {
        var amounts = board.AmountsOf(vm.Demand.Resources);
        var leaving = board.Leaving(from, amounts);
        var best = new List<Candidate>();
        foreach (var to in targets)
        {
            if (to == from || !board.TryArrive(from, to, amounts, out var arriving)) { continue; }
            var drop = leaving + arriving;
            if (drop <= 0 || (best.Count == most && drop <= best[^1].Drop)) { continue; }
            var at = best.FindIndex(other => drop > other.Drop);
            best.Insert(at < 0 ? best.Count : at, new(vm, from, to, drop));
            if (best.Count > most) { best.RemoveAt(most); }
        }
        best.RemoveAll(candidate => board.GainOf(candidate.Drop) is var gain && (gain < LeastGain || !draft.IsWorth(gain)));
        return best;
    }

    private static int Order(Candidate left, Candidate right)
    {
        var (first, second) = (WorthOf(left), WorthOf(right));
        return first != second ? second.CompareTo(first)
            : left.Vm.Vm != right.Vm.Vm ? left.Vm.Vm.CompareTo(right.Vm.Vm) : left.To.CompareTo(right.To);
    }

    private static double WorthOf(Candidate candidate) => candidate.Drop / (candidate.Vm.Cost.TotalMiB + PricePerMoveMiB);

    private sealed record Candidate(Movable Vm, int From, int To, double Drop);
}
