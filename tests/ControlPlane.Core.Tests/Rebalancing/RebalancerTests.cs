using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Rebalancing;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Tests.Rebalancing;

/// <summary>Small fleets of hosts with 8 vCPUs, and VMs of 2.</summary>
public class RebalancerTests
{
    [Fact]
    public void A_full_host_and_an_empty_one_end_up_half_full()
    {
        var plan = Plan(RebalanceGoal.Balance, [Host(1, 8), Host(2, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)]);

        Assert.Equal(0.5, plan.Before.Imbalance, 6);
        Assert.Equal(0, plan.After.Imbalance, 6);
        Assert.Equal(2, plan.Moves.Count);
        Assert.Equal(RebalanceStop.NoBetterMove, plan.Stop);
    }

    [Fact]
    public void Of_two_VMs_that_gain_the_same_the_one_that_copies_less_moves()
    {
        var plan = Plan(RebalanceGoal.Balance, [Host(1, 4), Host(2, 0)], [Vm(1, 1, costMiB: 9_000), Vm(2, 1, costMiB: 100)]);

        Assert.Equal(Tasks.VmId(2), Assert.Single(plan.Moves).Vm);
    }

    [Fact]
    public void Two_full_hosts_do_not_swap_for_want_of_room_to_stand_on_meanwhile()
    {
        var hosts = new[] { Host(1, 8, zone: "z1"), Host(2, 8, zone: "z2") };

        var plan = Plan(RebalanceGoal.Repair, hosts, [Vm(1, 1, vcpus: 8, zone: "z2"), Vm(2, 2, vcpus: 8, zone: "z1")]);

        Assert.Empty(plan.Moves);
        Assert.Equal(2, plan.After.BrokenRules);
        Assert.Equal([Tasks.VmId(1), Tasks.VmId(2)], plan.Stuck.Select(stuck => stuck.Vm).Order());
        Assert.Contains("zone", plan.Stuck[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_is_emptied_wholly_or_not_at_all()
    {
        var plan = Plan(RebalanceGoal.Consolidate, [Host(1, 4), Host(2, 6), Host(3, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 2), Vm(4, 2), Vm(5, 2)]);

        Assert.Empty(plan.Moves);
        Assert.Equal((2, 2), (plan.Before.HostsInUse, plan.After.HostsInUse));
    }

    [Fact]
    public void The_host_that_is_cheapest_to_empty_is_emptied_onto_hosts_in_use()
    {
        var plan = Plan(RebalanceGoal.Consolidate, [Host(1, 4), Host(2, 2), Host(3, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 2)]);

        var move = Assert.Single(plan.Moves);
        Assert.Equal((Tasks.VmId(3), Tasks.HostId(1), 1.0), (move.Vm, move.To, move.Gain));
        Assert.Equal(1, plan.After.HostsInUse);
    }

    [Fact]
    public void What_may_not_move_keeps_its_host_in_use()
    {
        var plan = Plan(RebalanceGoal.Consolidate, [Host(1, 4), Host(2, 3)], [Vm(1, 1), Vm(2, 1), Vm(3, 2)]);

        Assert.All(plan.Moves, move => Assert.Equal(Tasks.HostId(1), move.From));
    }

    [Fact]
    public void Only_what_breaks_a_rule_is_repaired_and_the_move_says_which()
    {
        var hosts = new[] { Host(1, 4, zone: "z1"), Host(2, 0, zone: "z2") };

        var plan = Plan(RebalanceGoal.Repair, hosts, [Vm(1, 1, zone: "z1"), Vm(2, 1, zone: "z2")]);

        var move = Assert.Single(plan.Moves);
        Assert.Equal((Tasks.VmId(2), Tasks.HostId(2), 1.0), (move.Vm, move.To, move.Gain));
        Assert.Equal(["zone"], move.Repairs);
        Assert.Equal((1, 0), (plan.Before.BrokenRules, plan.After.BrokenRules));
    }

    [Fact]
    public void A_host_that_has_become_too_small_is_relieved_until_it_is_not()
    {
        var plan = Plan(RebalanceGoal.Repair, [Host(1, 8) with { Capacity = Amounts(5) }, Host(2, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)]);

        Assert.Equal(2, plan.Moves.Count);
        Assert.Equal(0, plan.After.BrokenRules);
    }

    [Fact]
    public void A_cordon_breaks_no_rule_and_is_no_target()
    {
        HostSnapshot[] hosts = [Host(1, 8), Host(2, 0) with { State = HostState.Cordoned }];
        Movable[] vms = [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)];

        Assert.Empty(Plan(RebalanceGoal.Balance, hosts, vms).Moves);
        Assert.Equal(0, Plan(RebalanceGoal.Repair, [hosts[0] with { State = HostState.Cordoned }, hosts[1]], vms).Before.BrokenRules);
    }

    [Fact]
    public void A_guest_that_runs_by_the_hosts_own_CPU_goes_only_where_the_CPU_has_all_it_has_seen()
    {
        HostSnapshot Of(int number, long used, params string[] features) => Host(number, used) with
        {
            Platform = HostPlatform.Default with { CpuFeatures = features },
            Engines = [new(EngineKind.Hardware, true, "", ResourceVector.Empty, ResourceVector.Empty)],
        };
        var vms = Enumerable.Range(1, 4).Select(number => Vm(number, 1) with { Engine = EngineKind.Hardware }).ToArray();

        Assert.Empty(Plan(RebalanceGoal.Balance, [Of(1, 8, "avx2", "amx"), Of(2, 0, "avx2")], vms).Moves);
        Assert.NotEmpty(Plan(RebalanceGoal.Balance, [Of(1, 8, "avx2", "amx"), Of(2, 0, "amx", "avx2", "sha")], vms).Moves);
        Assert.NotEmpty(Plan(RebalanceGoal.Balance, [Of(1, 8, "avx2", "amx"), Of(2, 0)], [.. vms.Select(vm => vm with { Cost = new(0, 64) })]).Moves);
    }

    [Fact]
    public void Of_two_that_must_be_apart_one_moves_and_mends_the_rule_of_both()
    {
        HostSnapshot[] hosts = [Host(1, 4, zone: "z1"), Host(2, 0, zone: "z1"), Host(3, 0, zone: "z2")];
        var group = new AffinityGroupId(new Guid(9, 0, 0, new byte[8]));
        var rule = new GroupRule(group, "apart", AffinityPolicy.AntiAffinity, Strictness.Hard, FailureDomain.Zone);
        Movable[] vms = [.. new[] { Vm(1, 1), Vm(2, 1) }.Select(vm => vm with
        {
            Demand = vm.Demand with { Group = rule }, Occupant = new(Tasks.Pool, group, null),
        })];

        var plan = Plan(RebalanceGoal.Repair, hosts, vms);

        var move = Assert.Single(plan.Moves);
        Assert.Equal((Tasks.HostId(3), 2.0), (move.To, move.Gain));
        Assert.Equal((2, 0), (plan.Before.BrokenRules, plan.After.BrokenRules));
    }

    [Fact]
    public void One_that_stands_beside_its_own_group_in_another_zone_is_mended_with_it()
    {
        HostSnapshot[] hosts = [Host(1, 2, zone: "z1"), Host(2, 2, zone: "z1"), Host(3, 0, zone: "z2")];
        var group = new AffinityGroupId(new Guid(9, 0, 0, new byte[8]));
        var rule = new GroupRule(group, "apart", AffinityPolicy.AntiAffinity, Strictness.Hard, FailureDomain.Zone);
        Movable[] vms = [.. new[] { Vm(1, 1), Vm(2, 2) }.Select(vm => vm with
        {
            Demand = vm.Demand with { Group = rule }, Occupant = new(Tasks.Pool, group, null),
        })];

        var plan = Plan(RebalanceGoal.Repair, hosts, vms);

        Assert.Equal(2.0, Assert.Single(plan.Moves).Gain);
        Assert.Equal(0, plan.After.BrokenRules);
    }

    [Fact]
    public void What_has_cores_of_its_own_stays()
    {
        var pinned = Vm(1, 1) with { Demand = Vm(1, 1).Demand with { Numa = new(0, Pinned: true) } };

        Assert.Empty(Plan(RebalanceGoal.Balance, [Host(1, 2), Host(2, 0)], [pinned]).Moves);
    }

    [Fact]
    public void Hosts_outside_the_selector_neither_give_nor_take()
    {
        HostSnapshot[] hosts = [Host(1, 8, zone: "z1"), Host(2, 0, zone: "z2"), Host(3, 2, zone: "z1")];
        Movable[] vms = [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)];

        var plan = Plan(RebalanceGoal.Balance, hosts, vms, selectors: [new HostSelector { Zone = "z1" }]);

        Assert.NotEmpty(plan.Moves);
        Assert.All(plan.Moves, move => Assert.Equal(Tasks.HostId(3), move.To));
    }

    [Theory]
    [InlineData(1, 0, null, RebalanceStop.MaxMoves)]
    [InlineData(9, 0.4, null, RebalanceStop.MinGain)]
    [InlineData(9, 0, 50L, RebalanceStop.MaxCost)]
    [InlineData(9, 0, null, RebalanceStop.NoBetterMove)]
    public void A_plan_says_why_it_stops(int maxMoves, double minGain, long? maxCostMiB, RebalanceStop why)
    {
        var task = Task(RebalanceGoal.Balance, [Host(1, 8), Host(2, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)]);

        Assert.Equal(why, Rebalancer.Plan(task with { Limits = new(maxMoves, minGain, maxCostMiB) }).Stop);
    }

    [Fact]
    public void A_plan_whose_target_has_filled_up_says_at_which_move_it_ends()
    {
        var task = Task(RebalanceGoal.Balance, [Host(1, 8), Host(2, 0)], [Vm(1, 1), Vm(2, 1), Vm(3, 1), Vm(4, 1)]);
        var moves = Rebalancer.Plan(task).Moves;

        var filled = task with { Fleet = task.Fleet.With(Host(2, 5)) };
        var gone = task with { Vms = [.. task.Vms.Where(vm => vm.Vm != moves[0].Vm)] };

        Assert.StartsWith("Move 2 of 2", PlanReplay.FirstObstacle(filled, moves), StringComparison.Ordinal);
        Assert.StartsWith("Move 1 of 2", PlanReplay.FirstObstacle(gone, moves), StringComparison.Ordinal);
    }

    private static RebalancePlan Plan(RebalanceGoal goal, HostSnapshot[] hosts, Movable[] vms, HostSelector[]? selectors = null) =>
        Rebalancer.Plan(Task(goal, hosts, vms) with { Selectors = selectors ?? [] });

    private static RebalanceTask Task(RebalanceGoal goal, HostSnapshot[] hosts, Movable[] vms) =>
        new(FleetSnapshot.Of(hosts.Select(host => host with { Occupancy = HostOccupancy.Of(vms.Where(vm => vm.Host == host.Id).Select(vm => vm.Occupant)) })), vms, [], goal, new(100, 0, null));

    private static HostSnapshot Host(int number, long used, string? zone = null) => new()
    {
        Id = Tasks.HostId(number), Name = $"h{number}", State = HostState.Active, Driver = HostDriver.Simulated, Zone = zone,
        Capacity = Amounts(8), Used = Amounts(used), Engines = [new(EngineKind.Software, true, "", ResourceVector.Empty, ResourceVector.Empty)],
    };

    private static Movable Vm(int number, int host, long vcpus = 2, string? zone = null, long costMiB = 64) =>
        new(Tasks.VmId(number), Tasks.HostId(host), EngineKind.Software, new Demand { Resources = Amounts(vcpus), Zone = zone }, new(Tasks.Pool, null, null), new(costMiB, 0));

    private static ResourceVector Amounts(long vcpus) => ResourceVector.Of((ResourceClass.Vcpu, vcpus));
}
