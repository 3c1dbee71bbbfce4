using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

public class GrowthTests
{
    private static readonly FailureDomain rack = FailureDomain.Parse("label:rack");
    private static readonly GroupRule together = new(Id(1), "web", AffinityPolicy.Affinity, Strictness.Hard, rack);

    public static TheoryData<PlacementAlgorithm> Algorithms => [.. Enum.GetValues<PlacementAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_group_that_has_to_stay_together_finds_room_for_all_of_it_in_the_rack_of_its_first(PlacementAlgorithm algorithm)
    {
        // The older racks are nearly full, as packing leaves them.
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, 12).Select(age => Host(age, $"r{age / 4}", used: age < 8 ? 6 : 0)));
        for (var member = 0; member < 12; member++)
        {
            var demand = Demand(2) with { Algorithm = algorithm, Group = together };
            var best = Assert.NotNull(Scheduler.Choose(fleet, demand, 7).Best);
            fleet = fleet.With(Take(fleet.Find(best.Host)!, demand));
        }
        Assert.Equal(["r2"], fleet.Hosts.Where(host => host.Occupancy.CountOf(Id(1).Value) > 0).Select(host => host.Labels["rack"]).Distinct());
    }

    [Fact]
    public void Of_hosts_by_themselves_the_first_takes_the_one_that_holds_most()
    {
        var fleet = FleetSnapshot.Of([Host(1, "r1", used: 4), Host(2, "r1", used: 1), Host(3, "r1", used: 6)]);
        var demand = Demand(2) with { Algorithm = PlacementAlgorithm.BestFit, Group = together with { Scope = FailureDomain.Host } };
        var best = Scheduler.Place(fleet, demand, 0).Explain().Single(verdict => verdict.Rank == 1);
        Assert.Equal("h2", best.Name);
        Assert.Equal(("roomToGrow", 1f), (best.Scores[1].Key, best.Scores[1].Value));
    }

    [Fact]
    public void Nobody_but_the_first_of_a_hard_affinity_group_that_may_choose_is_ranked_by_room() =>
        Gen.Select(Fleets.Hosts, Fleets.Demands).Sample((hosts, demand) =>
        {
            var first = demand is { Host: null, Group: { Policy: AffinityPolicy.Affinity, Strictness: Strictness.Hard } group }
                && hosts.All(host => host.Occupancy.CountOf(group.Group.Value) == 0);
            foreach (var verdict in Scheduler.Place(FleetSnapshot.Of(hosts), demand, 0).Explain().Where(verdict => verdict.Rank is not null))
            {
                Assert.Equal(first, verdict.Scores.Any(score => score.Key == "roomToGrow"));
            }
        }, iter: 2000);

    private static Demand Demand(int vcpus) => new() { Resources = ResourceVector.Of((ResourceClass.Vcpu, vcpus), (ResourceClass.MemoryMiB, 1)) };

    private static HostSnapshot Take(HostSnapshot host, Demand demand) => host with
    {
        Used = host.Used.Plus(demand.Resources), Occupancy = host.Occupancy.Plus(new(default, demand.Group!.Group, null)),
    };

    private static HostSnapshot Host(int age, string rack, int used) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated,
        Labels = new Dictionary<string, string> { ["rack"] = rack },
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, 8), (ResourceClass.MemoryMiB, 64)),
        Used = ResourceVector.Of((ResourceClass.Vcpu, used)),
    };

    private static AffinityGroupId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));
}
