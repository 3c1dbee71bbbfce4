using ControlPlane.Core.Scheduling;

namespace ControlPlane.Core.Rebalancing;

/// <summary>
/// Which of the scheduler's checks a VM fails on the host it is on, as if it were to be placed there now. A cordon and an engine that is
/// stopped keep new VMs away and say nothing of those that are there: they break no rule.
/// </summary>
internal static class BrokenRules
{
    private static readonly string[] aboutNewVms = ["state", "engine"];

    internal static IReadOnlyList<Check> Of(FleetSnapshot fleet, Movable vm, HostSnapshot host)
    {
        var without = HostRoom.Without(host, vm);
        var demand = vm.Demand with { Host = host.Id };
        var others = fleet.With(without);
        if (Scheduler.Choose(others, demand, 0).Best is not null) { return []; }
        return HostChecks.Explain(without, demand, new RuleBook(others, demand))
            .FindAll(check => check.Verdict != Verdict.Pass && !OnlyForNewVms(check));
    }

    private static bool OnlyForNewVms(Check check) => check.Verdict == Verdict.NotNow && aboutNewVms.Contains(check.Name);
}
