using ControlPlane.Core.Hosts;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Scheduling;
using CsCheck;

namespace ControlPlane.Core.Tests.Rebalancing;

/// <summary>Every plan on random fleets, followed by a ledger that knows nothing of how it was made.</summary>
public class RebalancerPropertyTests
{
    private const int Rounds = 8_000;

    [Fact]
    public void Every_move_is_legal_at_its_turn_and_no_claim_is_lost_or_doubled()
    {
        Tasks.Any.Sample(
            drawn =>
            {
                var fleet = new NaiveFleet(drawn.Bare, drawn.Task.Vms);
                var claims = fleet.Claims();
                foreach (var move in Rebalancer.Plan(drawn.Task).Moves)
                {
                    Assert.Null(fleet.Follow(move));
                    Assert.Equal(claims, fleet.Claims());
                }
            },
            iter: Rounds, print: Print);
    }

    [Fact]
    public void No_move_makes_the_score_worse_and_the_gains_add_up_to_what_the_plan_promises()
    {
        Tasks.Any.Sample(
            drawn =>
            {
                var plan = Rebalancer.Plan(drawn.Task);
                var goal = drawn.Task.Goal;
                Assert.All(plan.Moves, move => Assert.True(move.Gain > 0));
                Assert.Equal(plan.Before.Score(goal) - plan.After.Score(goal), plan.Moves.Sum(move => move.Gain), 1e-9);
                var fleet = new NaiveFleet(drawn.Bare, drawn.Task.Vms);
                var scope = Scope(drawn.Task);
                Assert.Equal(fleet.Imbalance(scope), plan.Before.Imbalance, 1e-9);
                Assert.Equal(fleet.InUse(scope), plan.Before.HostsInUse);
                var score = plan.Before.Score(goal);
                foreach (var move in plan.Moves)
                {
                    fleet.Follow(move);
                    var now = goal == RebalanceGoal.Balance ? fleet.Imbalance(scope) : goal == RebalanceGoal.Consolidate ? fleet.InUse(scope) : 0;
                    Assert.True(now <= score + 1e-9, $"{now} after {score}");
                    score = goal == RebalanceGoal.Repair ? 0 : now;
                }
                Assert.Equal(fleet.Imbalance(scope), plan.After.Imbalance, 1e-9);
                Assert.Equal(fleet.InUse(scope), plan.After.HostsInUse);
            },
            iter: Rounds, print: Print);
    }

    [Fact]
    public void The_limits_hold_and_the_same_task_gives_the_same_plan()
    {
        Tasks.Any.Sample(
            drawn =>
            {
                var plan = Rebalancer.Plan(drawn.Task);
                var limits = drawn.Task.Limits;
                Assert.True(plan.Moves.Count <= limits.MaxMoves);
                Assert.True(plan.Moves.Sum(move => move.Cost.TotalMiB) <= (limits.MaxCostMiB ?? long.MaxValue));
                Assert.All(plan.Moves, move => Assert.True(move.Gain >= limits.MinGain));
                Assert.All(plan.Moves, move => Assert.Contains(Scope(drawn.Task), host => host.Id == move.To));
                Assert.Equal(plan.Moves.Count, plan.Moves.Select(move => move.Vm).Distinct().Count());
                var again = Rebalancer.Plan(drawn.Task with { Vms = [.. drawn.Task.Vms.Reverse()] });
                Assert.Equal(Words(plan), Words(again));
            },
            iter: Rounds, print: Print);
    }

    [Fact]
    public void A_plan_can_be_followed_on_the_fleet_it_saw()
    {
        Tasks.Any.Sample(drawn => Assert.Null(PlanReplay.FirstObstacle(drawn.Task, Rebalancer.Plan(drawn.Task).Moves)), iter: Rounds / 4, print: Print);
    }

    private static List<HostSnapshot> Scope(RebalanceTask task) => [.. task.Fleet.Hosts.Where(host => host.State != HostState.Suspect
        && task.Selectors.All(selector => selector.Zone is null || selector.Zone == host.Zone))];

    private static string Words(RebalancePlan plan) => string.Join('\n', plan.Moves.Select(move => $"{move.Vm} {move.From} {move.To} {move.Gain}"))
        + $"\n{plan.Before} {plan.After} {plan.Stop} {string.Join('\n', plan.Stuck)}";

    private static string Print((RebalanceTask Task, HostSnapshot[] Bare) drawn) =>
        $"{drawn.Task.Goal} {drawn.Task.Limits}\n{string.Join('\n', drawn.Task.Fleet.Hosts.Select(host => $"{host.Name} {host.State} {host.Zone} used {host.Used} of {host.Capacity}"))}\n"
        + string.Join('\n', drawn.Task.Vms.Select(vm => $"{vm.Vm} on {vm.Host} {vm.Engine}: {vm.Demand.Resources} zone {vm.Demand.Zone} traits {string.Join(',', vm.Demand.RequiredTraits)}"))
        + $"\n{Words(Rebalancer.Plan(drawn.Task))}";
}
