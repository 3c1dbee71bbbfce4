using ControlPlane.Core.AffinityGroups;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using ControlPlane.Core.Vms;
using CsCheck;
using Fate = ControlPlane.Core.Tests.Scheduling.NaiveScheduler.Fate;

namespace ControlPlane.Core.Tests.Scheduling;

public class SchedulerTests
{
    private static readonly Gen<(HostSnapshot[] Hosts, Demand Demand, ulong Seed)> Questions =
        Gen.Select(Fleets.Hosts, Fleets.Demands, Gen.ULong);

    [Fact]
    public void It_ranks_what_the_naive_scheduler_ranks_with_the_same_engines_and_scores() => Questions.Sample((hosts, demand, seed) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        var naive = hosts.Where(host => NaiveScheduler.Judge(hosts, host, demand).Fate == Fate.Fits)
            .Select(host => (host.Id, NaiveScheduler.Judge(hosts, host, demand).Engine, Score: NaiveScheduler.Score(hosts, host, demand)))
            .OrderByDescending(host => host.Score).ThenBy(host => host.Id).ToList();
        var ranking = demand.Algorithm == PlacementAlgorithm.Random
            ? placement.Ranking.OrderBy(candidate => candidate.Host) : placement.Ranking.AsEnumerable();
        Assert.Equal(naive.Select(host => (host.Id, host.Engine)), ranking.Select(candidate => (candidate.Host, candidate.Engine)));
        Assert.All(naive.Zip(ranking), pair => Assert.True(pair.First.Score is null || pair.First.Score == pair.Second.Score));
    }, iter: 5000);

    [Fact]
    public void Cores_and_nodes_are_judged_as_the_naive_scheduler_judges_them() => Fleets.Seats.Sample((hosts, demand) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, 0);
        var fates = hosts.ToDictionary(host => host.Id, host => NaiveScheduler.Judge(host, demand).Fate);
        Assert.Equal(fates.Where(host => host.Value == Fate.Fits).Select(host => host.Key), placement.Ranking.Select(host => host.Host).Order());
        Assert.Equal(fates.Count > 0 && !fates.ContainsValue(Fate.Fits) && !fates.ContainsValue(Fate.NotNow),
            placement.ExceedsEveryHost);
        Assert.All(placement.Explain(), verdict => Assert.Equal(fates[verdict.Host] switch
        {
            Fate.Fits => Verdict.Pass, Fate.NotNow => Verdict.NotNow, Fate.TooSmall => Verdict.TooSmall, _ => Verdict.Mismatch,
        }, verdict.Checks.MaxBy(check => check.Verdict switch
        {
            Verdict.Pass => 0, Verdict.NotNow => 1, Verdict.TooSmall => 2, _ => 3,
        })!.Verdict));
    }, iter: 2000);

    [Fact]
    public void With_lifetimes_it_gives_the_scores_of_the_naive_scheduler() => Gen.Select(
        Fleets.Hosts, Fleets.Demands, Gen.Int[0, 40].Array[8], Gen.Long[1, 200_000]).Sample((hosts, demand, ends, seconds) =>
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        hosts = [.. hosts.Zip(ends, (host, end) => host with
        {
            Occupancy = Ending(now, end), Used = end % 5 == 0 ? ResourceVector.Empty : host.Used,
        })];
        demand = demand with { Algorithm = PlacementAlgorithm.LifetimeAware, ExpectedLifetimeSeconds = seconds, DecidedAt = now };
        foreach (var candidate in Scheduler.Place(FleetSnapshot.Of(hosts), demand, 0).Ranking)
        {
            var host = hosts.Single(each => each.Id == candidate.Host);
            Assert.Equal(NaiveScheduler.Score(hosts, host, demand), candidate.Score);
        }
    }, iter: 3000);

    [Fact]
    public void A_host_whose_last_claim_goes_counts_as_empty_for_lifetimes_at_once()
    {
        var (now, one) = (DateTimeOffset.UnixEpoch.AddDays(1), ResourceVector.Of((ResourceClass.Vcpu, 1)));
        var demand = new Demand
        {
            Resources = one, Algorithm = PlacementAlgorithm.LifetimeAware, ExpectedLifetimeSeconds = 3600, DecidedAt = now,
        };
        var fleet = FleetSnapshot.Of([Plain(1) with { Used = one }, Plain(2) with { Used = one }]);
        var (best, other) = (Scheduler.Choose(fleet, demand, 0).Best!.Value.Host, Scheduler.Choose(fleet, demand, 0).RunnerUp!.Value.Host);
        fleet = fleet.With(fleet.Find(best)! with { Used = ResourceVector.Empty });
        Assert.Equal(other, Scheduler.Choose(fleet, demand, 0).Best!.Value.Host);
        Assert.InRange(Scheduler.Choose(fleet, demand, 0).RunnerUp!.Value.Score, 0.7f, 0.9f);
    }

    [Fact]
    public void The_ranking_is_by_score_and_then_by_age() => Questions.Sample((hosts, demand, seed) =>
    {
        var ranking = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed).Ranking;
        Assert.Equal(ranking.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.Host), ranking);
        Assert.All(ranking, candidate => Assert.InRange(candidate.Score, 0, 1));
    }, iter: 1500);

    [Fact]
    public void Among_hosts_that_are_alike_the_ranking_s_first_two_are_chosen() => Gen.Select(
        Fleets.Alike, Fleets.Demands, Gen.Select(Gen.Int[0, 219], Gen.Bool, Gen.Bool).Array[0, 6], Gen.ULong).Sample((hosts, demand, changes, seed) =>
    {
        var fleet = FleetSnapshot.Of(hosts);
        // Half of them fit on most hosts, so that much is left to the scores.
        if (seed % 2 == 0 && hosts[0].Capacity.Count > 0)
        {
            demand = new()
            {
                Resources = ResourceVector.Of((hosts[0].Capacity.First().Key, 1)), Algorithm = demand.Algorithm,
                Group = demand.Group, Spread = demand.Spread,
            };
        }
        if (seed % 3 == 0) { demand = demand with { Algorithm = PlacementAlgorithm.LifetimeAware, ExpectedLifetimeSeconds = 6_000 }; }
        demand = demand with { DecidedAt = DateTimeOffset.UnixEpoch };
        foreach (var (at, taken, ending) in changes)
        {
            var host = hosts[at % hosts.Length];
            fleet = fleet.WithUse(host with
            {
                Used = taken ? host.Capacity : ResourceVector.Empty,
                Occupancy = ending ? Ending(DateTimeOffset.UnixEpoch, at) : HostOccupancy.None,
            });
            var ranking = Scheduler.Place(fleet, demand, seed).Ranking;
            var choice = Scheduler.Choose(fleet, demand, seed);
            Assert.Equal(ranking.Take(2), new[] { choice.Best, choice.RunnerUp }.OfType<Candidate>());
        }
    }, iter: 2000);

    [Fact]
    public void Next_to_one_idle_host_another_from_further_on_is_the_runner_up()
    {
        var one = ResourceVector.Of((ResourceClass.Vcpu, 1));
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, 640).Select(age => Plain(5) with
        {
            Id = Plain(age).Id, Used = age < 64 ? one : ResourceVector.Empty,
        }));
        var choice = Scheduler.Choose(fleet, new() { Resources = one, Algorithm = PlacementAlgorithm.WorstFit }, 0);
        Assert.Equal([Plain(64).Id, Plain(65).Id], [choice.Best!.Value.Host, choice.RunnerUp!.Value.Host]);
    }

    [Fact]
    public void A_ranked_host_has_room_for_all_of_it() => Questions.Sample((hosts, demand, seed) =>
    {
        foreach (var candidate in Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed).Ranking)
        {
            var host = hosts.Single(each => each.Id == candidate.Host);
            var engine = host.Engines.SingleOrDefault(each => each.Kind == candidate.Engine);
            Assert.True((engine is null) == (demand.Engine is null) && engine is null or { Usable: true });
            Assert.All(demand.Resources, pair => Assert.True(pair.Value <= NaiveScheduler.Room(host, engine, pair.Key).Free));
        }
    }, iter: 5000);

    [Fact]
    public void The_order_in_which_hosts_are_given_does_not_matter() => Questions.Sample((hosts, demand, seed) =>
    {
        var ranking = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed).Ranking;
        Assert.Equal(ranking, Scheduler.Place(FleetSnapshot.Of(hosts.Reverse()), demand, seed).Ranking);
        var byName = hosts.OrderBy(host => host.Name, StringComparer.Ordinal);
        var grown = byName.Aggregate(FleetSnapshot.Empty, (fleet, host) => fleet.With(host));
        Assert.Equal(ranking, Scheduler.Place(grown, demand, seed).Ranking);
    }, iter: 1500);

    [Fact]
    public void The_explanation_agrees_with_the_ranking() => Questions.Sample((hosts, demand, seed) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        var verdicts = placement.Explain().ToList();
        Assert.Equal(hosts.Select(host => host.Id).Order(), verdicts.Select(verdict => verdict.Host));
        Assert.Equal(placement.Ranking, verdicts.Where(verdict => verdict.Rank is not null).OrderBy(verdict => verdict.Rank)
            .Select(verdict => new Candidate(verdict.Host, verdict.Engine, verdict.Score!.Value)));
        Assert.All(verdicts, verdict => Assert.Equal(verdict.Refusal is null, verdict.Rank is not null));
        Assert.Equal(hosts.Length - placement.Ranking.Count, placement.Refusals().Values.Sum());
    }, iter: 1500);

    [Fact]
    public void Of_too_many_hosts_the_best_that_fit_are_explained_and_then_the_nearest() => Questions.Sample((hosts, demand, seed) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        Assert.Equal(placement.Explain(), placement.Foremost(hosts.Length));
        if (hosts.Length < 2) { return; }

        var most = hosts.Length - 1;
        var some = placement.Foremost(most);

        Assert.Equal(most, some.Count);
        var fit = Math.Min(most, placement.Ranking.Count);
        Assert.Equal(placement.Ranking.Take(fit).Select(each => each.Host), some.Take(fit).Select(verdict => verdict.Host));
        if (placement.Nearest() is { } nearest) { Assert.Equal(nearest.Host, some[0].Host); }
    }, iter: 1500);

    [Fact]
    public void It_exceeds_every_host_when_each_is_too_small_or_not_of_the_kind() => Questions.Sample((hosts, demand, seed) =>
    {
        var fates = hosts.Select(host => NaiveScheduler.Judge(hosts, host, demand).Fate).ToList();
        var never = fates.Count > 0 && !fates.Contains(Fate.Fits) && !fates.Contains(Fate.NotNow);
        Assert.Equal(never, Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed).ExceedsEveryHost);
    }, iter: 5000);

    [Fact]
    public void With_an_empty_host_that_is_large_enough_it_is_placed() => Questions.Sample((hosts, demand, seed) =>
    {
        var wanted = demand with { Host = null, Group = null, Spread = null };
        var roomy = RoomyFor(wanted);
        // A pool and the demand may together want what no one host is.
        if (NaiveScheduler.Judge(roomy, wanted).Fate == Fate.NotAskedFor) { return; }
        Assert.NotEmpty(Scheduler.Place(FleetSnapshot.Of(hosts).With(roomy), wanted, seed).Ranking);
    }, iter: 1500);

    [Fact]
    public void The_same_seed_gives_the_same_order_and_seeds_together_give_each_host_its_share()
    {
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, 8).Select(age => Plain(age)));
        var one = ResourceVector.Of((ResourceClass.Vcpu, 1));
        var demand = new Demand { Resources = one, Engine = null, Algorithm = PlacementAlgorithm.Random };
        var chosen = Enumerable.Range(0, 8000).Select(seed => Scheduler.Place(fleet, demand, (ulong)seed).Ranking[0].Host).ToList();
        Assert.Equal(chosen, Enumerable.Range(0, 8000).Select(seed => Scheduler.Place(fleet, demand, (ulong)seed).Ranking[0].Host));
        // 1000 each are expected; five standard deviations are 148.
        Assert.All(chosen.CountBy(host => host), count => Assert.InRange(count.Value, 850, 1150));
        Assert.Equal(8, chosen.Distinct().Count());
    }

    [Fact]
    public void A_fleet_that_has_grown_and_shrunk_decides_like_one_made_at_once() =>
        Gen.Select(Fleets.Changes, Fleets.Demands, Gen.ULong).Sample((changes, demand, seed) =>
    {
        var (fleet, hosts) = (FleetSnapshot.Empty, new Dictionary<HostId, HostSnapshot>());
        foreach (var (host, goes) in changes)
        {
            fleet = goes ? fleet.Without(host.Id) : fleet.With(host);
            if (goes) { hosts.Remove(host.Id); } else { hosts[host.Id] = host; }
        }
        Assert.Equal(hosts.Values.OrderBy(host => host.Id), fleet.Hosts);
        Assert.Equal(hosts.Count, fleet.Count);
        var (grown, whole) = (Scheduler.Place(fleet, demand, seed), Scheduler.Place(FleetSnapshot.Of(hosts.Values), demand, seed));
        Assert.Equal(whole.Ranking, grown.Ranking);
        Assert.Equal(whole.Choice, grown.Choice);
        Assert.All(hosts.Values.SelectMany(host => host.Capacity), amount => Assert.True(fleet.Has(amount.Key)));
    }, iter: 100);

    [Fact]
    public void A_fleet_of_which_only_the_use_and_who_is_there_changed_decides_like_one_made_at_once() => Gen.Select(
        Fleets.Changes, Some.Vector(9).Array[1, 20], Fleets.Occupants.Array[1, 3].Array[1, 20], Fleets.Demands.Array[20], Gen.ULong)
        .Sample((changes, wishes, coming, demands, seed) =>
    {
        var fleet = changes.Aggregate(FleetSnapshot.Empty, (fleet, change) => fleet.With(change.Host));
        foreach (var (at, host) in fleet.Hosts.ToList().Index())
        {
            var wish = wishes[at % wishes.Length];
            fleet = fleet.WithUse(host with
            {
                Used = Fleets.Below(host.Capacity, wish), FreeCores = Math.Min(host.Cores, wish.Count),
                Engines = [.. host.Engines.Select(engine => engine with { Used = Fleets.Below(engine.Capacity, wish) })],
            });
            foreach (var occupant in coming[at % coming.Length])
            {
                var there = fleet.Find(host.Id)!;
                fleet = fleet.WithUse(there with { Occupancy = there.Occupancy.Plus(occupant) });
            }
        }
        var whole = FleetSnapshot.Of(fleet.Hosts);
        foreach (var demand in demands)
        {
            var (changed, made) = (Scheduler.Place(fleet, demand, seed), Scheduler.Place(whole, demand, seed));
            Assert.Equal(made.Ranking, changed.Ranking);
            Assert.Equal(made.Choice, changed.Choice);
        }
    }, iter: 100);

    [Fact]
    public void A_fleet_replaces_and_removes_hosts_by_id() => Gen.Int[1, 9].Array[0, 30].Sample(ages =>
    {
        var (fleet, expected) = (FleetSnapshot.Empty, new SortedDictionary<int, string>());
        for (var i = 0; i < ages.Length; i++)
        {
            var host = Plain(ages[i]) with { Name = $"n{i}" };
            if (i % 3 == 2) { fleet = fleet.Without(host.Id); expected.Remove(ages[i]); }
            else { fleet = fleet.With(host); expected[ages[i]] = host.Name; }
            Assert.Equal(expected.GetValueOrDefault(ages[i]), fleet.Find(host.Id)?.Name);
        }
        Assert.Equal(expected.Values, fleet.Hosts.Select(host => host.Name));
    }, iter: 1000);

    [Theory]
    [InlineData(PlacementAlgorithm.FirstFit)]
    [InlineData(PlacementAlgorithm.BestFit)]
    [InlineData(PlacementAlgorithm.WorstFit)]
    [InlineData(PlacementAlgorithm.Balanced)]
    [InlineData(PlacementAlgorithm.LifetimeAware)]
    [InlineData(PlacementAlgorithm.Random)]
    public void A_decision_allocates_nothing(PlacementAlgorithm algorithm)
    {
        const int Hosts = 1000;
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, Hosts).Select(age => Plain(age)));
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, 1), (ResourceClass.MemoryMiB, 1), (Some.Gpu, 1)), Engine = EngineChoice.Any,
            ExpectedLifetimeSeconds = 600, DecidedAt = DateTimeOffset.UnixEpoch,
            Algorithm = algorithm, Zone = "z1", RequiredTraits = ["tpm"], Selectors = [new() { Zone = "z1" }, new()],
        };
        var ruled = demand with
        {
            Group = new(new(new Guid(1, 0, 0, new byte[8])), "web", AffinityPolicy.AntiAffinity, Strictness.Soft, FailureDomain.Parse("label:rack")),
            Spread = new(FailureDomain.Zone, 1, Strictness.Hard, new Guid(2, 0, 0, new byte[8]), "the pool"), Tenancy = new("p1", true),
        };
        var first = demand with
        {
            Group = new(new(new Guid(3, 0, 0, new byte[8])), "db", AffinityPolicy.Affinity, Strictness.Hard, FailureDomain.Parse("label:rack")),
        };
        var alone = first with { Group = first.Group! with { Scope = FailureDomain.Host } };
        foreach (var each in new[] { demand, ruled, first, alone })
        {
            Assert.NotNull(Scheduler.Choose(fleet, each, 1).Best);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Scheduler.Choose(fleet, each, 2);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(2, true)]
    public void A_decision_on_cores_and_nodes_allocates_nothing(int nodes, bool pinned)
    {
        var fleet = FleetSnapshot.Of(Enumerable.Range(1, 1000).Select(age => Plain(age) with
        {
            Cores = 8, FreeCores = age % 8, Nodes = [Node(0, age % 4), Node(1, age % 3)],
            Platform = new() { CpuModel = "EPYC", CpuFeatures = ["avx2", "avx512f"] },
        }));
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, 2), (ResourceClass.MemoryMiB, 2)), Engine = EngineChoice.Any,
            Numa = new(nodes, pinned), Architecture = CpuArchitecture.X86_64, Firmware = Firmware.Uefi, CpuFeatures = ["avx2"],
        };
        var first = demand with
        {
            Group = new(new(new Guid(3, 0, 0, new byte[8])), "db", AffinityPolicy.Affinity, Strictness.Hard, FailureDomain.Parse("label:rack")),
        };
        foreach (var each in new[] { demand, first })
        {
            Assert.NotNull(Scheduler.Choose(fleet, each, 1).Best);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Scheduler.Choose(fleet, each, 2);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void The_best_and_the_runner_up_are_the_first_two_of_the_ranking() => Questions.Sample((hosts, demand, seed) =>
    {
        var placement = Scheduler.Place(FleetSnapshot.Of(hosts), demand, seed);
        Assert.Equal(placement.Ranking.Select(host => (Candidate?)host).Take(2).Concat([null, null]).Take(2),
            [placement.Choice.Best, placement.Choice.RunnerUp]);
    }, iter: 3000);

    // Some with nobody, some with VMs of which nothing is said, some over their time.
    private static HostOccupancy Ending(DateTimeOffset now, int end) => end < 8 ? HostOccupancy.None : HostOccupancy.Of(
        Enumerable.Range(0, end % 4).Select(vm => new Occupant(default, null, null)
        {
            ExpectedEnd = end > 36 ? null : now.AddSeconds((end - 16) * (end - 16) * (vm + 1) * (end < 16 ? -40 : 40)),
        }));

    private static HostSnapshot RoomyFor(Demand demand) => Plain(1000) with
    {
        Driver = demand.RealHostOnly ? HostDriver.Qemu : HostDriver.Simulated, Occupancy = HostOccupancy.None,
        Zone = demand.Zone ?? demand.Selectors.FirstOrDefault(pool => pool.Zone is not null)?.Zone,
        Labels = demand.Selectors.SelectMany(pool => pool.Labels).Concat(demand.HostLabels).DistinctBy(label => label.Key).ToDictionary(),
        Traits = ["avx512", "tpm"], Used = ResourceVector.Empty,
        Capacity = ResourceVector.Of(Some.Classes.Select(resource => KeyValuePair.Create(resource, 9L))),
        Cores = 9, FreeCores = 9, Nodes = [Node(0, 9), Node(1, 9), Node(2, 9)],
        Platform = new()
        {
            Architecture = demand.Architecture ?? CpuArchitecture.X86_64, CpuModel = demand.CpuModel, CpuFeatures = ["avx2", "avx512f"],
        },
    };

    private static NodeSnapshot Node(int number, long each) => new()
    {
        Number = number, Cores = each, Vcpus = each, MemoryMiB = each, FreeCores = each, FreeVcpus = each, FreeMemoryMiB = each,
    };

    private static HostSnapshot Plain(int age) => new()
    {
        Id = new(new Guid(age, 0, 0, new byte[8])), Name = $"h{age}", State = HostState.Active, Driver = HostDriver.Simulated,
        Zone = "z1", Traits = ["avx512", "tpm"], Labels = new Dictionary<string, string> { ["rack"] = $"r{age % 40}" },
        Occupancy = age % 3 > 0 ? HostOccupancy.None
            : HostOccupancy.Of([new(new(new Guid(2, 0, 0, new byte[8])), new(new Guid(1, 0, 0, new byte[8])), "p1")]),
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, 8 + (age % 5)), (ResourceClass.MemoryMiB, 100), (Some.Gpu, 4)),
        Used = ResourceVector.Of((ResourceClass.Vcpu, age % 7)),
        Engines =
        [
            new(EngineKind.Hardware, true, "", ResourceVector.Empty, ResourceVector.Empty),
            new(EngineKind.Software, true, "", ResourceVector.Empty, ResourceVector.Empty),
        ],
    };
}
