using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing;

/// <summary>Takes every measure of the fleet of a draft.</summary>
internal static class MeasuredFleet
{
    internal static FleetMeasure Of(PlanDraft draft)
    {
        var hosts = draft.Scope;
        var inUse = hosts.Where(IsInUse).ToList();
        return new(
            BoardOf(draft).Imbalance, inUse.Count, StrandedShare(inUse),
            draft.Vms.Sum(vm => BrokenRules.Of(draft.Fleet, vm, draft.HostOf(vm)).Count));
    }

    /// <summary>How full the hosts are, in the classes that the VMs hold.</summary>
    internal static LoadBoard BoardOf(PlanDraft draft) =>
        new(draft.Scope, draft.Vms.SelectMany(vm => vm.Demand.Resources.Select(amount => amount.Key)));

    /// <summary>Whether anything is promised on a host.</summary>
    internal static bool IsInUse(HostSnapshot host) => host.Used.Count > 0 || host.Engines.Any(engine => engine.Used.Count > 0);

    private static double StrandedShare(List<HostSnapshot> hosts)
    {
        var (free, stranded) = (0.0, 0.0);
        foreach (var host in hosts)
        {
            var shares = host.Capacity.Select(pair => Math.Max(0, 1 - (host.Used[pair.Key] / (double)pair.Value))).ToList();
            if (shares.Count == 0) { continue; }
            free += shares.Sum();
            stranded += shares.Sum() - (shares.Count * shares.Min());
        }
        return free == 0 ? 0 : stranded / free;
    }
}
