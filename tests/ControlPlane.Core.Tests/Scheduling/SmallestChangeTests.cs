using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

public class SmallestChangeTests
{
    private static readonly Gen<(HostSnapshot[] Hosts, Demand Demand, ulong Seed)> Questions =
        Gen.Select(Fleets.Hosts, Fleets.Demands, Gen.ULong);

    [Fact]
    public void Done_all_together_it_makes_the_nearest_host_fit() => Questions.Sample((hosts, demand, seed) =>
    {
        // One level of isolation cannot be both.
        if (demand is { Numa.Pinned: true, Tenancy.Dedicated: true }) { return; }
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        var changes = placement.SmallestChange();
        Assert.Equal(placement.Nearest() is not null, changes.Count > 0);
        Assert.Equal(changes.Count, changes.Distinct().Count());
        if (placement.Nearest() is not { } nearest) { return; }

        var near = hosts.Single(host => host.Id == nearest.Host);
        var (changed, asked) = changes.Aggregate((near, demand), (so, change) => Done(so.near, so.demand, change));
        var fleet = FleetSnapshot.Of(hosts.Select(host => host.Id == near.Id ? changed : host));

        var still = Scheduler.Place(fleet, asked, seed).Explain().Single(verdict => verdict.Host == near.Id);
        Assert.True(still.Refusal is null, $"{string.Join(", ", changes)}: {string.Join(", ", nearest.Lacks)}; {string.Join(", ", still.Lacks)}");
    }, iter: 5000);

    [Fact]
    public void Nothing_needs_to_be_done_where_a_host_fits() => Questions.Sample((hosts, demand, seed) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        Assert.True(placement.Choice.Best is null || placement.SmallestChange().Count == 0);
    }, iter: 500);

    [Fact]
    public void The_score_is_the_mean_of_the_scorers_with_a_rule_counted_twice() => Questions.Sample((hosts, demand, seed) =>
    {
        foreach (var verdict in Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed).Explain())
        {
            Assert.Equal(verdict.Score is null, verdict.Scores.Count == 0);
            if (verdict.Score is not { } score) { continue; }
            var weights = verdict.Scores.Select(scorer => (scorer.Value, Weight: scorer.Key == "algorithm" ? 1 : 2)).ToList();
            Assert.Equal(score, weights.Sum(each => each.Value * each.Weight) / weights.Sum(each => each.Weight), 1e-5f);
        }
    }, iter: 2000);

    private static (HostSnapshot, Demand) Done(HostSnapshot host, Demand demand, Remedy change) => change.Kind switch
    {
        RemedyKind.Free => (Freed(host, ResourceClass.Parse(change.Of), change.Amount!.Value), demand),
        RemedyKind.Lower => (host, demand with { Resources = Set(demand.Resources, ResourceClass.Parse(change.Of), change.Amount!.Value) }),
        RemedyKind.Uncordon or RemedyKind.Activate => (host with { State = HostState.Active }, demand),
        // Of one that is both, each is one of two.
        RemedyKind.Recover => (host with { State = HostState.Active, HeldBack = host.HeldBack && host.State != HostState.Active }, demand),
        RemedyKind.StartEngine => (host with
        {
            Engines = [.. host.Engines.Select(engine => Is(engine, change) ? engine with { Usable = true, Reason = "" } : engine)],
        }, demand),
        RemedyKind.AddEngine => (host with
        {
            Engines = [.. host.Engines.Append(new(Enum.Parse<EngineKind>(change.Of, true), true, "", ResourceVector.Empty, ResourceVector.Empty))],
        }, demand),
        RemedyKind.Drop => (host, Without(demand, change.Of)),
        RemedyKind.Evacuate => (host with { Occupancy = HostOccupancy.None }, demand),
        RemedyKind.TakeOtherPool => (host, demand with { Selectors = [] }),
        RemedyKind.ChangeImage => (host, demand with { WithoutImage = false, RealHostOnly = false, Architecture = null, Firmware = null }),
    };

    private static Demand Without(Demand demand, string member) => member switch
    {
        "host" => demand with { Host = null },
        "zone" => demand with { Zone = null },
        "hostLabels" => demand with { HostLabels = new Dictionary<string, string>() },
        "requiredTraits" => demand with { RequiredTraits = [] },
        "forbiddenTraits" => demand with { ForbiddenTraits = [] },
        "cpuFeatures" => demand with { CpuFeatures = [] },
        "cpuModel" => demand with { CpuModel = null },
        "sharedDisks" => demand with { SharedDisks = null },
        "numa" => demand with { Numa = new(0, demand.Numa.Pinned) },
        "isolation.level" => demand with
        {
            Numa = new(demand.Numa.Nodes, false), Tenancy = demand.Tenancy is { } tenancy ? tenancy with { Dedicated = false } : null,
        },
        "affinityGroup" => demand with { Group = null },
        "spread" => demand with { Spread = null },
        _ => throw new ArgumentOutOfRangeException(nameof(member), member, "is nothing that a demand has"),
    };

    private static HostSnapshot Freed(HostSnapshot host, ResourceClass resource, long amount) => host with
    {
        Used = Set(host.Used, resource, Math.Max(0, host.Used[resource] - amount)),
        Engines = [.. host.Engines.Select(engine => engine with { Used = Set(engine.Used, resource, Math.Max(0, engine.Used[resource] - amount)) })],
    };

    private static bool Is(EngineSnapshot engine, Remedy change) => engine.Kind.ToString().Equals(change.Of, StringComparison.OrdinalIgnoreCase);

    private static ResourceVector Set(ResourceVector amounts, ResourceClass resource, long amount) =>
        ResourceVector.Of(amounts.Where(pair => pair.Key != resource).Append(KeyValuePair.Create(resource, amount)).Where(pair => pair.Value > 0));
}
