using ControlPlane.Core.Allocations;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Preemption;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Preemption;

/// <summary>Plans on small random fleets, held against all that there are.</summary>
public class PreemptorTests
{
    private static readonly ResourceClass[] classes = [ResourceClass.Vcpu, ResourceClass.MemoryMiB];

    private static readonly Gen<PreemptionTask> Tasks = Gen.Select(
        Gen.Select(Gen.Int[4, 10], Gen.Int[4, 10], Gen.Int[0, 2], Gen.Int[0, 9]).Array[1, 3],
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 4], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 5]).Array[0, 8],
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Enum<EngineChoice>()),
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 3]), Make).Where(task => !FitsNow(task));

    [Fact]
    public void A_plan_is_found_exactly_when_there_is_one_and_it_is_the_least() => Tasks.Sample(task =>
    {
        var found = Preemptor.Find(task);
        var all = All(task).ToList();
        Assert.Equal(all.Count > 0, found is not null);
        if (found is null) { return; }

        var least = all.Min(plan => Worth(task, plan.Host, plan.Engine, plan.Vms));
        Assert.Equal(least, Worth(task, found.Host, found.Engine, found.Victims));
    }, iter: 2000);

    [Fact]
    public void Only_preemptible_VMs_of_a_lower_priority_are_stopped_where_their_pools_allow_it() => Tasks.Sample(task =>
    {
        foreach (var vm in Preemptor.Find(task)?.Victims ?? [])
        {
            Assert.True(vm.Priority < task.Priority);
            Assert.True(vm.Allowed);
            Assert.Contains(vm, task.Vms);
        }
    }, iter: 2000);

    [Fact]
    public void With_the_victims_stopped_it_fits_and_with_one_of_them_left_it_does_not() => Tasks.Sample(task =>
    {
        if (Preemptor.Find(task) is not { } plan) { return; }
        Assert.True(Fits(task, plan.Host, plan.Engine, plan.Victims));
        foreach (var vm in plan.Victims)
        {
            Assert.False(Fits(task, plan.Host, plan.Engine, [.. plan.Victims.Where(other => other != vm)]));
        }
    }, iter: 2000);

    [Fact]
    public void What_is_held_meanwhile_is_free_and_the_victims_give_the_rest() => Tasks.Sample(task =>
    {
        if (Preemptor.Find(task) is not { } plan) { return; }
        var asked = task.Demand with { Resources = plan.Hold, Host = plan.Host, Engine = Choice(plan.Engine) };
        Assert.NotNull(Scheduler.Choose(task.Fleet, asked, 0).Best);
        Assert.All(task.Chain, pool => Assert.Equal(AllocationOutcome.Allocated, pool.Check(plan.Hold)));
        foreach (var (resource, amount) in task.Demand.Resources)
        {
            Assert.True(plan.Hold[resource] + plan.Victims.Sum(vm => vm.Frees[resource]) >= amount);
        }
    }, iter: 2000);

    [Fact]
    public void The_order_in_which_VMs_are_given_changes_nothing() => Tasks.Sample(task =>
    {
        var turned = Preemptor.Find(task with { Vms = [.. task.Vms.Reverse()] });
        var found = Preemptor.Find(task);
        Assert.Equal(found?.Host, turned?.Host);
        Assert.Equal(found?.Victims ?? [], turned?.Victims ?? []);
    }, iter: 1000);

    [Fact]
    public void Many_small_VMs_are_chosen_from_without_looking_at_every_set()
    {
        var host = Host(1, 1_000, 1_000, 1_000, 1_000);
        var vms = Enumerable.Range(1, 300).Select(i => new Preemptible(new(Id(i)), host.Id, EngineKind.Hardware, i % 3,
            ResourceVector.Of((ResourceClass.Vcpu, 1 + (i * 7 % 13)), (ResourceClass.MemoryMiB, 1 + (i * 11 % 17))), [new(Id(900))], true));
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, 101), (ResourceClass.MemoryMiB, 113)), Engine = EngineChoice.Any,
        };
        var task = new PreemptionTask(FleetSnapshot.Of([host]), demand, 10, [], [.. vms]);

        var plan = Preemptor.Find(task)!;

        Assert.All(plan.Victims, vm => Assert.Equal(0, vm.Priority));
        Assert.True(Fits(task, plan.Host, plan.Engine, plan.Victims));
        Assert.All(plan.Victims, vm => Assert.False(Fits(task, plan.Host, plan.Engine, [.. plan.Victims.Where(other => other != vm)])));
    }

    // Every host and engine with every set of those that may be stopped there, as far as it then fits.
    private static IEnumerable<(HostId Host, EngineKind Engine, IReadOnlyList<Preemptible> Vms)> All(PreemptionTask task)
    {
        foreach (var host in task.Fleet.Hosts)
        {
            var there = task.Vms.Where(vm => vm.Host == host.Id && vm.Priority < task.Priority && vm.Allowed).ToList();
            for (var set = 1; set < 1 << there.Count; set++)
            {
                var vms = there.Where((_, i) => (set >> i & 1) == 1).ToList();
                foreach (var kind in Enum.GetValues<EngineKind>().Where(kind => Fits(task, host.Id, kind, vms))) { yield return (host.Id, kind, vms); }
            }
        }
    }

    private static bool FitsNow(PreemptionTask task) =>
        task.Fleet.Hosts.Any(host => Enum.GetValues<EngineKind>().Any(kind => Fits(task, host.Id, kind, [])));

    private static bool Fits(PreemptionTask task, HostId host, EngineKind kind, IReadOnlyList<Preemptible> vms)
    {
        if (task.Demand.Engine != EngineChoice.Any && task.Demand.Engine != Choice(kind)) { return false; }
        var before = task.Fleet.Find(host)!;
        var after = before with
        {
            Used = Less(before.Used, vms),
            Engines = [.. before.Engines.Select(engine => engine with { Used = Less(engine.Used, vms.Where(vm => vm.Engine == engine.Kind)) })],
        };
        var asked = task.Demand with { Host = host, Engine = Choice(kind) };
        return Scheduler.Choose(task.Fleet.With(after), asked, 0).Best is not null
            && task.Chain.All(pool => task.Demand.Resources.All(amount => pool.Of(amount.Key) is not { Capacity: not null } limit
                || amount.Value <= limit.Free + vms.Where(vm => vm.Chain.Contains(pool.Id)).Sum(vm => vm.Frees[amount.Key])));
    }

    private static (int Highest, int Count, long Share, HostId Host) Worth(
        PreemptionTask task, HostId host, EngineKind engine, IReadOnlyList<Preemptible> vms)
    {
        var there = task.Fleet.Find(host)!;
        var share = there.Engines.First(each => each.Kind == engine);
        return (vms.Max(vm => vm.Priority), vms.Count, vms.Sum(vm => vm.Frees.Sum(amount =>
            Capacity(there, share, amount.Key) is > 0 and var capacity ? amount.Value * 1_000_000 / capacity : 0)), host);
    }

    private static long Capacity(HostSnapshot host, EngineSnapshot engine, ResourceClass resource) =>
        engine.Capacity[resource] == 0 ? host.Capacity[resource] : Math.Min(host.Capacity[resource], engine.Capacity[resource]);

    private static ResourceVector Less(ResourceVector used, IEnumerable<Preemptible> vms) => vms.Aggregate(used, (left, vm) => left.Beyond(
        ResourceVector.Of(vm.Frees.Where(amount => left[amount.Key] > 0))));

    private static EngineChoice Choice(EngineKind kind) => kind == EngineKind.Hardware ? EngineChoice.Hardware : EngineChoice.Software;

    private static PreemptionTask Make(
        (int Vcpu, int Memory, int Kind, int Other)[] hosts, (int Host, int Vcpu, int Memory, int Priority, int Pool, int Rare)[] vms,
        (int Vcpu, int Memory, int Priority, EngineChoice Engine) wanted, (int Vcpu, int Memory, int Shape) limits)
    {
        PoolId inner = new(Id(901)), outer = new(Id(902)), aside = new(Id(903));
        PoolId[][] chains = [[inner, outer], [outer], [aside]];
        var known = vms.Select((vm, i) => new Preemptible(new(Id(i + 1)), new(Id(100 + (vm.Host % hosts.Length))),
            vm.Rare == 0 ? EngineKind.Software : EngineKind.Hardware, vm.Priority,
            ResourceVector.Of((ResourceClass.Vcpu, vm.Vcpu), (ResourceClass.MemoryMiB, vm.Memory)), chains[vm.Pool], vm.Rare != 1)).ToList();
        var fleet = FleetSnapshot.Of(hosts.Select((host, i) => Filled(i, host, [.. known.Where(vm => vm.Host == new HostId(Id(100 + i)))])));
        var demand = new Demand
        {
            Resources = ResourceVector.Of((ResourceClass.Vcpu, wanted.Vcpu), (ResourceClass.MemoryMiB, wanted.Memory)), Engine = wanted.Engine,
        };
        return new(fleet, demand, wanted.Priority, Chain(limits, inner, outer, known), known);
    }

    // As large as said, or as what is on it needs; some software engines are bounded by themselves.
    private static HostSnapshot Filled(int index, (int Vcpu, int Memory, int Kind, int Other) host, IReadOnlyList<Preemptible> vms)
    {
        long Sum(ResourceClass resource, EngineKind? engine = null) =>
            vms.Where(vm => engine is null || vm.Engine == engine).Sum(vm => vm.Frees[resource]);
        var (vcpu, memory) = (Sum(ResourceClass.Vcpu), Sum(ResourceClass.MemoryMiB));
        var full = Host(100 + index, Math.Max(host.Vcpu, vcpu + host.Kind), Math.Max(host.Memory, memory), vcpu + host.Kind, memory);
        var own = Math.Max(host.Other, Sum(ResourceClass.Vcpu, EngineKind.Software));
        var software = host.Other < 5 ? new EngineSnapshot(EngineKind.Software, true, "", ResourceVector.Empty, ResourceVector.Empty)
            : new(EngineKind.Software, true, "", ResourceVector.Of((ResourceClass.Vcpu, own)),
                ResourceVector.Of((ResourceClass.Vcpu, Sum(ResourceClass.Vcpu, EngineKind.Software))));
        return full with
        {
            State = host.Other == 9 ? HostState.Cordoned : HostState.Active,
            Engines = [new(EngineKind.Hardware, host.Other != 8, "", ResourceVector.Empty, ResourceVector.Empty), software],
        };
    }

    private static HostSnapshot Host(int id, long vcpu, long memory, long usedVcpu, long usedMemory) => new()
    {
        Id = new(Id(id)), Name = $"h{id}", State = HostState.Active, Driver = HostDriver.Simulated,
        Capacity = ResourceVector.Of((ResourceClass.Vcpu, vcpu), (ResourceClass.MemoryMiB, memory)),
        Used = ResourceVector.Of((ResourceClass.Vcpu, usedVcpu), (ResourceClass.MemoryMiB, usedMemory)),
        Engines = [new(EngineKind.Hardware, true, "", ResourceVector.Empty, ResourceVector.Empty)],
    };

    private static IReadOnlyList<Pool> Chain(
        (int Vcpu, int Memory, int Shape) limits, PoolId inner, PoolId outer, IReadOnlyList<Preemptible> vms)
    {
        Pool[] chain = [New(inner, outer), New(outer, null)];
        foreach (var pool in chain)
        {
            var used = vms.Where(vm => vm.Chain.Contains(pool.Id)).Aggregate(ResourceVector.Empty, (sum, vm) => sum.Plus(vm.Frees));
            pool.Allocate(used);
            var limited = classes.Where((_, i) => (limits.Shape >> i & 1) == 1).ToDictionary(each => each, each => new PoolTerms(
                used[each] + (each == ResourceClass.Vcpu ? limits.Vcpu : limits.Memory), Overcommit.None));
            pool.TryLimit(limited);
        }
        return chain;
    }

    private static Pool New(PoolId id, PoolId? parent) => new(id, "p", ResourceName.Parse("pool"), parent, DateTimeOffset.UnixEpoch);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
