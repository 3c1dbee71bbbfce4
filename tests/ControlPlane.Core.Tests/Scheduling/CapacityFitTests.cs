using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>What is counted is what placing one after another comes to.</summary>
public class CapacityFitTests
{
    private static readonly Gen<Demand> Shape = Fleets.Demands.Where(demand => demand.Resources.Count > 0 && CapacityFit.Countable(demand));

    private static readonly Gen<Pool[]> Chains = Some.Vector(30).Array[0, 2].Select(limits => limits.Select(PoolOf).ToArray());

    [Fact]
    public void As_many_fit_as_placements_succeed() => Gen.Select(Fleets.Hosts, Shape, Chains, Gen.ULong).Sample((hosts, demand, chain, seed) =>
    {
        var fleet = FleetSnapshot.Of(hosts);
        Assert.Equal(Placed(fleet, demand, chain, seed).Count, Assert.Single(new CapacityFit(fleet, [demand], chain).Shapes()).Fits);
    }, iter: 3000);

    [Fact]
    public void What_is_left_when_nothing_more_fits_is_stranded() => Gen.Select(Fleets.Hosts, Shape, Gen.ULong).Sample((hosts, demand, seed) =>
    {
        var fleet = FleetSnapshot.Of(hosts);
        var full = Placed(fleet, demand, [], seed).Full;
        foreach (var amount in new CapacityFit(fleet, [demand], []).Stranded())
        {
            Assert.Equal(Free(fleet, demand, amount.Resource), amount.Free);
            Assert.Equal(Free(full, demand, amount.Resource), amount.Stranded);
        }
    }, iter: 2000);

    [Fact]
    public void Without_lost_hosts_as_many_fit_as_on_a_fleet_that_never_had_them() =>
        Gen.Select(Fleets.Hosts, Shape.Array[1, 3], Chains, Gen.Int[1, 3]).Sample((hosts, demands, chain, lose) =>
    {
        var fleet = FleetSnapshot.Of(hosts);
        var fit = new CapacityFit(fleet, demands, chain);
        var lost = fit.Largest(lose);
        var others = new CapacityFit(lost.Aggregate(fleet, (left, host) => left.Without(host)), demands, chain);
        var loss = fit.Without(lost, []);
        Assert.Equal(others.Shapes().Select(shape => shape.Fits), loss.Fits);
        Assert.Equal((others.Rounds(), others.Rounds(), 0L), (loss.Rounds, loss.RoundsAfter, loss.Unplaced));
    }, iter: 1000);

    [Fact]
    public void Of_empty_hosts_no_loss_of_as_many_leaves_less() => Gen.Select(Fleets.Hosts, Shape, Gen.Int[1, 3]).Sample((hosts, demand, lose) =>
    {
        var fleet = FleetSnapshot.Of(hosts.Select(host => host with
        {
            Used = ResourceVector.Empty, Engines = [.. host.Engines.Select(engine => engine with { Used = ResourceVector.Empty })],
        }));
        var fit = new CapacityFit(fleet, [demand], []);
        var worst = fit.Without(fit.Largest(lose), []).Rounds;
        foreach (var others in Subsets([.. fleet.Hosts.Select(host => host.Id)], lose))
        {
            Assert.True(fit.Without(others, []).Rounds >= worst);
        }
    }, iter: 300);

    [Fact]
    public void So_many_rounds_can_be_placed_and_no_shape_fits_fewer_times_alone() =>
        Gen.Select(Fleets.Hosts, Shape.Array[2, 4], Chains).Sample((hosts, demands, chain) =>
    {
        var fleet = FleetSnapshot.Of(hosts);
        var fit = new CapacityFit(fleet, demands, chain);
        var rounds = fit.Rounds();
        Assert.All(fit.Shapes(), shape => Assert.True(rounds <= shape.Fits));
        foreach (var index in LargestFirst.Of(fleet, [.. demands.Select(demand => demand.Resources)]))
        {
            // As the count does it: the first host that takes one.
            var demand = demands[index] with { Algorithm = PlacementAlgorithm.FirstFit };
            for (var i = 0; i < rounds; i++)
            {
                var best = Scheduler.Choose(fleet, demand, 0).Best;
                Assert.NotNull(best);
                fleet = fleet.With(Claimed(fleet.Find(best.Value.Host)!, best.Value.Engine, demand.Resources));
            }
        }
        var whole = demands.Aggregate(ResourceVector.Empty, (sum, demand) => sum.Plus(demand.Resources));
        Assert.All(chain, pool => Assert.All(whole, pair => Assert.True(pair.Value * rounds <= (pool.Of(pair.Key)?.Free ?? long.MaxValue))));
    }, iter: 2000);

    [Fact]
    public void Evacuees_take_their_room_on_the_hosts_that_are_left()
    {
        var fleet = FleetSnapshot.Of([Plain(1, 8, 6), Plain(2, 8, 2), Plain(3, 4, 0)]);
        var one = Bare(1);
        var fit = new CapacityFit(fleet, [one], []);

        Assert.Equal([Id(1)], fit.Largest(1));
        Assert.Equal((10, 0, 4), Numbers(fit.Without([Id(1)], [(Bare(3), 2)])));
        Assert.Equal((10, 1, 0), Numbers(fit.Without([Id(1)], [(Bare(6), 2)])));

        static (long, long, long) Numbers(LossFit loss) => (loss.Rounds, loss.Unplaced, loss.RoundsAfter);
    }

    [Fact]
    public void It_says_what_limits()
    {
        var fleet = FleetSnapshot.Of([Plain(1, 8, 0), Plain(2, 8, 0)]);
        var pool = PoolOf(ResourceVector.Of((ResourceClass.Vcpu, 5)));

        Assert.Equal(new(ResourceClass.Vcpu, null, null), Limit(Bare(1), []));
        Assert.Equal(new(ResourceClass.MemoryMiB, null, null), Limit(new() { Resources = ResourceVector.Of((ResourceClass.Vcpu, 1), (ResourceClass.MemoryMiB, 60)) }, []));
        Assert.Equal(new(ResourceClass.Vcpu, pool.Id, null), Limit(Bare(1), [pool]));
        Assert.Equal(new(null, null, "zone"), Limit(Bare(1) with { Zone = "elsewhere" }, []));

        FitLimit Limit(Demand demand, Pool[] chain) => new CapacityFit(fleet, [demand], chain).Shapes()[0].LimitedBy;
    }

    [Fact]
    public void Ten_thousand_hosts_are_counted_without_placing_a_single_VM()
    {
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, 10_000).Select(age => Plain(age, 64, age % 64)));
        var fit = new CapacityFit(fleet, [Bare(1), Bare(7), Bare(16)], []);
        var expected = Enumerable.Range(1, 10_000).Sum(age => (64L - (age % 64)) / 7);

        Assert.Equal(expected, fit.Shapes()[1].Fits);
        Assert.InRange(fit.Rounds(), expected / 10, expected);
        Assert.Equal(16, fit.Largest(16).Count);
    }

    private static (int Count, FleetSnapshot Full) Placed(FleetSnapshot fleet, Demand demand, Pool[] chain, ulong seed)
    {
        var pools = chain.Select(pool => PoolOf(ResourceVector.Of(pool.Limits.Select(limit => KeyValuePair.Create(limit.Resource, limit.Limit!.Value))))).ToList();
        for (var count = 0; ; count++)
        {
            if (pools.Exists(pool => pool.Check(demand.Resources) != AllocationOutcome.Allocated)) { return (count, fleet); }
            if (Scheduler.Choose(fleet, demand, seed + (ulong)count).Best is not { } best) { return (count, fleet); }
            pools.ForEach(pool => pool.Allocate(demand.Resources));
            fleet = fleet.With(Claimed(fleet.Find(best.Host)!, best.Engine, demand.Resources));
        }
    }

    // What the ledger takes: of the host where it has the class itself, of the engine where that bounds it.
    private static HostSnapshot Claimed(HostSnapshot host, EngineKind? engine, ResourceVector demand) => host with
    {
        Used = Plus(host.Used, host.Capacity, demand),
        Engines = [.. host.Engines.Select(each => each.Kind == engine ? each with { Used = Plus(each.Used, each.Capacity, demand) } : each)],
    };

    private static ResourceVector Plus(ResourceVector used, ResourceVector capacity, ResourceVector demand) =>
        used.Plus(ResourceVector.Of(demand.Where(pair => capacity[pair.Key] > 0)));

    private static long Free(FleetSnapshot fleet, Demand demand, ResourceClass resource) => fleet.Hosts
        .Where(host => host is { State: HostState.Active, HeldBack: false } && demand.Selectors.All(pool => (pool.Zone is null || pool.Zone == host.Zone)
            && pool.Labels.All(label => host.Labels.GetValueOrDefault(label.Key) == label.Value)))
        .Sum(host => host.Capacity[resource] > 0 ? host.Capacity[resource] - host.Used[resource]
            : host.Engines.Where(engine => !engine.Barred.Contains(resource)).Sum(engine => engine.Capacity[resource] - engine.Used[resource]));

    private static IEnumerable<HostId[]> Subsets(HostId[] of, int size) => size == 0 ? [[]]
        : of.SelectMany((first, index) => Subsets(of[(index + 1)..], size - 1).Select(rest => (HostId[])[first, .. rest]));

    private static Pool PoolOf(ResourceVector limits)
    {
        var pool = new Pool(new(new Guid(7, 0, 0, new byte[8])), "default", ResourceName.Parse("p"), null, DateTimeOffset.UnixEpoch);
        pool.TryLimit(limits.ToDictionary(pair => pair.Key, pair => new PoolTerms(pair.Value, Overcommit.None)));
        return pool;
    }

    private static Demand Bare(int vcpus) => new() { Resources = ResourceVector.Of((ResourceClass.Vcpu, vcpus)) };

    private static HostId Id(int age) => new(new Guid(age, 0, 0, new byte[8]));

    private static HostSnapshot Plain(int age, int vcpus, int used) => new()
    {
        Id = Id(age), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated,
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, vcpus), (ResourceClass.MemoryMiB, 100)), Used = ResourceVector.Of((ResourceClass.Vcpu, used)),
    };
}
