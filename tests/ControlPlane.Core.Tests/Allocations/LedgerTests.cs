using System.Text.Json;
using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Allocations;

public class LedgerTests
{
    private static readonly Dictionary<ResourceClass, InventoryTerms> Capacity = new()
    {
        [ResourceClass.Vcpu] = new(8, 1, Overcommit.FromPermille(1500)),
        [ResourceClass.MemoryMiB] = new(10, 0, Overcommit.None),
    };

    [Fact]
    public void Any_sequence_of_steps_does_what_it_does_on_paper_and_a_refusal_changes_nothing() =>
        LedgerStep.Any.Array[0, 40].Sample(steps => { Replay(steps); }, iter: 500);

    [Fact]
    public void Giving_everything_back_leaves_nothing_used() => LedgerStep.Any.Array[0, 40].Sample(steps =>
    {
        var ledger = Replay(steps);
        foreach (var held in ledger.Allocations)
        {
            Assert.Equal(AllocationOutcome.Allocated, Ledger.Give(held, ledger.HostOf(held), ledger.Chain(held), held.Resources));
            Assert.Equal(ResourceVector.Empty, held.Resources);
        }
        Assert.All(ledger.Hosts.SelectMany(host => host.Inventory), entry => Assert.Equal(0, entry.Used));
        Assert.All(ledger.Hosts.SelectMany(host => host.Inventory), entry => Assert.Equal(0, entry.Exclusive));
        Assert.All(ledger.Hosts.SelectMany(host => host.Nodes),
            node => Assert.Equal((0, 0, 0), (node.UsedVcpus, node.PinnedCores, node.UsedMemoryMiB)));
        Assert.All(ledger.Pools.SelectMany(pool => pool.Limits), limit => Assert.Equal(0, limit.Used));
    }, iter: 150);

    [Fact]
    public void Releasing_more_than_is_held_is_refused_even_when_others_hold_enough()
    {
        var ledger = new RealLedger(Capacity);
        ledger.Take(0, null, 0, ResourceVector.Of((ResourceClass.Vcpu, 2)));
        ledger.Take(0, null, 0, ResourceVector.Of((ResourceClass.Vcpu, 5)));
        var before = ledger.ToString();
        var held = ledger.Allocations[0];
        Assert.Equal(AllocationOutcome.ExceedsHeld,
            Ledger.Give(held, ledger.HostOf(held), ledger.Chain(held), ResourceVector.Of((ResourceClass.Vcpu, 3))));
        Assert.Equal(AllocationOutcome.ExceedsHeld,
            Ledger.Give(held, ledger.HostOf(held), ledger.Chain(held), ResourceVector.Of((Some.Gpu, 1))));
        Assert.Equal(before, ledger.ToString());
    }

    [Fact]
    public void A_limit_of_any_pool_of_the_chain_refuses_and_charges_none_of_them()
    {
        var ledger = new RealLedger(Capacity);
        Assert.True(ledger.Pools[0].TryLimit(new Dictionary<ResourceClass, PoolTerms> { [ResourceClass.Vcpu] = new(3, Overcommit.None) }));
        var before = ledger.ToString();
        Assert.Equal(AllocationOutcome.ExceedsPoolLimit, ledger.Take(0, null, 3, ResourceVector.Of((ResourceClass.Vcpu, 4))));
        Assert.Equal(before, ledger.ToString());
        Assert.Equal(AllocationOutcome.Allocated, ledger.Take(0, null, 3, ResourceVector.Of((ResourceClass.Vcpu, 3))));
        Assert.All([0, 1, 3], pool => Assert.Equal(3, ledger.Pools[pool].Of(ResourceClass.Vcpu)?.Used));
        Assert.Null(ledger.Pools[2].Of(ResourceClass.Vcpu));
    }

    [Fact]
    public void Growing_beyond_the_host_is_said_to_be_impossible_and_not_to_be_too_early()
    {
        var ledger = new RealLedger(Capacity);
        ledger.Take(0, null, 0, ResourceVector.Of((ResourceClass.MemoryMiB, 6)));
        var held = ledger.Allocations[0];
        Assert.Equal(AllocationOutcome.ExceedsHost,
            Ledger.Resize(held, ledger.HostOf(held), ledger.Chain(held), ResourceVector.Of((ResourceClass.MemoryMiB, 11))));
        ledger.Take(0, null, 0, ResourceVector.Of((ResourceClass.MemoryMiB, 1)));
        Assert.Equal(AllocationOutcome.NoCapacityNow,
            Ledger.Resize(held, ledger.HostOf(held), ledger.Chain(held), ResourceVector.Of((ResourceClass.MemoryMiB, 10))));
    }

    private static RealLedger Replay(LedgerStep[] steps)
    {
        var (real, paper) = (new RealLedger(Capacity), new NaiveLedger());
        for (var host = 0; host < real.Hosts.Count; host++)
        {
            foreach (var (resource, terms) in Capacity) { paper.Has(host, resource, terms); }
        }
        foreach (var step in steps)
        {
            var generations = Generations(real);
            var (expected, act) = OnPaper(step, real, paper);
            var refused = expected is false or (AllocationOutcome and not AllocationOutcome.Allocated);
            var before = refused ? real.ToString() : "";
            var seen = real.Hosts.Select(HostSnapshot.Of).ToList();
            var done = act();
            if (step is LedgerStep.Take or LedgerStep.Seat or LedgerStep.Give or LedgerStep.Resize) { AssertOnlyUseChanged(seen, real); }
            Assert.True(expected.Equals(done), $"{step}: {expected} on paper, {done} done");
            if (refused) { Assert.Equal(before, real.ToString()); }
            else { Assert.True(Generations(real) > generations, $"{step}: no generation was bumped"); }
            AssertSums(real, paper);
        }
        for (var host = 0; host < real.Hosts.Count; host++) { AssertSeen(HostSnapshot.Of(real.Hosts[host]), host, paper); }
        return real;
    }

    // What is taken and given back changes a host as the scheduler sees it in nothing but what is promised of it.
    private static void AssertOnlyUseChanged(List<HostSnapshot> before, RealLedger real) => Assert.Equal(
        real.Hosts.Select(host => JsonSerializer.Serialize(HostSnapshot.Of(host))),
        before.Zip(real.Hosts, (seen, host) => JsonSerializer.Serialize(seen.WithUse(host))));

    private static long Generations(RealLedger real) =>
        real.Hosts.Sum(host => host.Generation) + real.Pools.Sum(pool => pool.Generation);

    // What the step does on paper, and how to do it.
    private static (object Expected, Func<object> Act) OnPaper(LedgerStep step, RealLedger real, NaiveLedger paper)
    {
        switch (step)
        {
            case LedgerStep.Take take:
                var (host, pool) = (take.Host % real.Hosts.Count, take.Pool % RealLedger.PoolCount);
                return (paper.Take(host, take.Engine, RealLedger.ChainOf(pool), take.Demand),
                    () => real.Take(host, take.Engine, pool, take.Demand));
            case LedgerStep.Seat seat:
                var (below, inPool) = (seat.Host % real.Hosts.Count, seat.Pool % RealLedger.PoolCount);
                return (paper.Take(below, seat.Engine, RealLedger.ChainOf(inPool), seat.Demand, seat.Terms),
                    () => real.Take(below, seat.Engine, inPool, seat.Demand, seat.Terms));
            case LedgerStep.SetNodes set:
                return (paper.SetNodes(set.Host % real.Hosts.Count, set.Nodes),
                    () => real.Hosts[set.Host % real.Hosts.Count].TrySetNodes(set.Nodes));
            case LedgerStep.ResizeHost resize:
                return (paper.ResizeHost(resize.Host % real.Hosts.Count, resize.Resource, resize.Terms),
                    () => real.Hosts[resize.Host % real.Hosts.Count].TryResize(
                        new Dictionary<ResourceClass, InventoryTerms> { [resize.Resource] = resize.Terms }));
            case LedgerStep.LimitPool limit:
                return (paper.Limit(limit.Pool % RealLedger.PoolCount, limit.Resource, limit.Limit, limit.Overcommit),
                    () => real.Pools[limit.Pool % RealLedger.PoolCount].TryLimit(
                        new Dictionary<ResourceClass, PoolTerms> { [limit.Resource] = new(limit.Limit, limit.Overcommit) }));
            case LedgerStep.Configure configure:
                var (at, ratios) = (configure.Host % real.Hosts.Count,
                    new Dictionary<ResourceClass, Overcommit> { [configure.Narrowed] = configure.Ratio });
                return (paper.Configure(at, configure.Engine, configure.Own, configure.Narrowed, configure.Ratio),
                    () => real.Hosts[at].TryConfigure(configure.Engine, new("max", "q35", ratios, configure.Own), EngineState.Running));
            case LedgerStep.RemoveEngine remove:
                return (paper.RemoveEngine(remove.Host % real.Hosts.Count, remove.Engine),
                    () => real.Hosts[remove.Host % real.Hosts.Count].TryRemoveEngine(remove.Engine));
            default:
                return OfAllocation(step, real, paper);
        }
    }

    private static (object Expected, Func<object> Act) OfAllocation(LedgerStep step, RealLedger real, NaiveLedger paper)
    {
        // Without an allocation nothing can be given back: as good as a refusal.
        if (real.Allocations.Count == 0) { return (false, () => false); }
        var index = step switch
        {
            LedgerStep.Give give => give.Allocation,
            LedgerStep.GiveAll give => give.Allocation,
            LedgerStep.Resize resize => resize.Allocation,
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };
        var (held, onPaper) = (real.Allocations[index % real.Allocations.Count], paper.Allocations[index % real.Allocations.Count]);
        var (host, chain) = (real.HostOf(held), real.Chain(held));
        switch (step)
        {
            case LedgerStep.Give give: return (paper.Give(onPaper, give.Amounts), () => Ledger.Give(held, host, chain, give.Amounts));
            // Of what was given back whole nothing is left that could grow.
            case LedgerStep.Resize when held.Resources.Count == 0: return (false, () => false);
            case LedgerStep.Resize resize: return (paper.Resize(onPaper, resize.Next), () => Ledger.Resize(held, host, chain, resize.Next));
            default:
                var all = held.Resources;
                return (paper.Give(onPaper, all), () => Ledger.Give(held, host, chain, all));
        }
    }

    private static void AssertSums(RealLedger real, NaiveLedger paper)
    {
        for (var host = 0; host < real.Hosts.Count; host++)
        {
            foreach (var resource in Some.Classes)
            {
                AssertEntry(real.Hosts[host].Of(null, resource), paper.HostCapacity(host, resource),
                    paper.HostCapacity(host, resource) is null ? 0 : paper.Used(host, null, resource), $"host {host} {resource}");
                foreach (var engine in Enum.GetValues<EngineKind>())
                {
                    AssertEntry(real.Hosts[host].Of(engine, resource), paper.EngineCapacity(host, engine, resource),
                        paper.Used(host, engine, resource), $"host {host} {engine} {resource}");
                }
            }
        }
        for (var host = 0; host < real.Hosts.Count; host++) { AssertNodes(real.Hosts[host], host, paper); }
        for (var pool = 0; pool < RealLedger.PoolCount; pool++)
        {
            foreach (var resource in Some.Classes)
            {
                var limit = real.Pools[pool].Of(resource);
                Assert.Equal(paper.PoolCapacity(pool, resource), limit?.Capacity);
                Assert.Equal(paper.PoolUsed(pool, resource), limit?.Used ?? 0);
                Assert.True(limit is not { Capacity: { } most } || limit.Used <= most, $"pool {pool} over its limit");
            }
        }
        foreach (var (held, onPaper) in real.Allocations.Zip(paper.Allocations))
        {
            var amounts = held.Resources;
            Assert.Equal(onPaper.Seat is null, held.Seat is null);
            Assert.Equal(onPaper.Seat ?? [], held.Seat?.Nodes ?? []);
            foreach (var resource in Some.Classes) { Assert.Equal(onPaper.Amounts.GetValueOrDefault(resource), amounts[resource]); }
        }
    }

    private static void AssertEntry(Inventory? entry, long? capacity, long used, FormattableString what)
    {
        if (entry?.Capacity != capacity || (entry?.Used ?? 0) != used || used < 0 || used > (capacity ?? long.MaxValue))
        {
            Assert.Fail($"{what}: {entry?.Used} of {entry?.Capacity}, {used} of {capacity} on paper");
        }
    }

    private static void AssertNodes(Host host, int index, NaiveLedger paper)
    {
        Assert.Equal(paper.NodesOf(index).Count, host.Nodes.Count);
        foreach (var node in host.Nodes)
        {
            var (vcpus, pinned, memory) = paper.UsedIn(index, node.Number);
            Assert.Equal((vcpus, pinned, memory), (node.UsedVcpus, node.PinnedCores, node.UsedMemoryMiB));
            Assert.True(pinned <= node.Cores && vcpus - pinned <= (node.Cores - pinned) * node.CpuOvercommit.Ratio + 1e-9, "node over its cores");
            Assert.True(memory <= node.MemoryMiB * node.MemoryOvercommit.Ratio + 1e-9, "node over its memory");
        }
        Assert.Equal(paper.Pinned(index), host.PinnedCores);
        Assert.Equal(paper.FreeCores(index), host.FreeCores);
    }

    private static void AssertSeen(HostSnapshot seen, int host, NaiveLedger paper) => Assert.All(Some.Classes, resource =>
    {
        Assert.Equal(paper.HostCapacity(host, resource) ?? 0, seen.Capacity[resource]);
        Assert.Equal(paper.HostCapacity(host, resource) is null ? 0 : paper.HostFree(host, resource), seen.Capacity[resource] - seen.Used[resource]);
    });
}
