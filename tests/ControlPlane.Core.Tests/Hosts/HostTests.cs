using ControlPlane.Core.Allocations;
using ControlPlane.Core.Conditions;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Names;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Hosts;

public class HostTests
{
    private static readonly Gen<(int[] Own, int[] Its, int Ratio, ResourceVector Want)> Squeezes =
        Gen.Select(Gen.Int[0, 4].Array[3], Gen.Int[0, 3].Array[2], Gen.OneOf(1000, 100, 400, 1500), Some.Vector(4));

    [Fact]
    public void The_host_refuses_exactly_what_the_scheduler_would_not_place_there() =>
        Squeezes.Sample((own, its, ratio, want) =>
        {
            var host = HostWith((ResourceClass.Vcpu, own[0]), (ResourceClass.MemoryMiB, own[1]), (Some.Gpu, own[2]));
            Configure(host, ResourceVector.Of((Some.Gpu, its[0]), (Some.Vf, its[1])), (ResourceClass.Vcpu, ratio));
            host.Allocate(ResourceVector.Of((ResourceClass.Vcpu, 1)), EngineKind.Software);
            var demand = new Demand { Resources = want, Engine = EngineChoice.Any };
            var placement = Scheduler.Place(FleetSnapshot.Of([HostSnapshot.Of(host)]), demand, 0);
            var check = host.Check(want, EngineKind.Software);
            Assert.Equal(check == AllocationOutcome.Allocated, placement.Ranking.Count == 1);
            Assert.Equal(check is AllocationOutcome.ExceedsHost or AllocationOutcome.UnknownResourceClass, placement.ExceedsEveryHost);
        }, iter: 3000);

    [Fact]
    public void A_class_that_an_engine_holds_already_is_not_promised_again_when_the_host_gets_it()
    {
        var host = HostWith((ResourceClass.Vcpu, 8));
        Configure(host, ResourceVector.Of((Some.Gpu, 3)));
        var held = ResourceVector.Of((Some.Gpu, 2));
        Assert.Equal(AllocationOutcome.Allocated, host.Allocate(held, EngineKind.Software));
        Assert.False(host.TryResize(Terms((Some.Gpu, 1))));
        Assert.True(host.TryResize(Terms((Some.Gpu, 2))));
        Assert.Equal(2, host.Of(null, Some.Gpu)?.Used);
        Assert.Equal(AllocationOutcome.NoCapacityNow, host.Check(ResourceVector.Of((Some.Gpu, 1)), null));
        host.Release(held, EngineKind.Software);
        Assert.Equal(0, host.Of(null, Some.Gpu)?.Used);
    }

    [Fact]
    public void What_an_engine_was_given_as_its_own_stays_when_the_host_is_resized()
    {
        var host = HostWith((ResourceClass.Vcpu, 64));
        Configure(host, ResourceVector.Of((ResourceClass.Vcpu, 5)));
        Assert.True(host.TryResize(Terms((ResourceClass.Vcpu, 32))));
        Assert.Equal(5, host.Of(EngineKind.Software, ResourceClass.Vcpu)?.Capacity);
    }

    [Fact]
    public void What_an_engines_ratio_leaves_follows_the_host()
    {
        var host = HostWith((ResourceClass.Vcpu, 64));
        Configure(host, ResourceVector.Empty, (ResourceClass.Vcpu, 500));
        Assert.True(host.TryResize(Terms((ResourceClass.Vcpu, 32))));
        Assert.Equal(16, host.Of(EngineKind.Software, ResourceClass.Vcpu)?.Capacity);
        Assert.True(host.TryResize(Terms((ResourceClass.Vcpu, 128))));
        Assert.Equal(64, host.Of(EngineKind.Software, ResourceClass.Vcpu)?.Capacity);
    }

    [Fact]
    public void More_cannot_be_reserved_than_there_is()
    {
        var host = HostWith((ResourceClass.Vcpu, 8));
        var terms = new InventoryTerms(8, 9, Overcommit.FromPermille(100));
        Assert.False(host.TryResize(new Dictionary<ResourceClass, InventoryTerms> { [ResourceClass.Vcpu] = terms }));
        Assert.Equal(8, host.Of(null, ResourceClass.Vcpu)?.Capacity);
    }

    [Fact]
    public void The_greatest_overcommitment_of_the_most_there_can_be_is_still_a_vector()
    {
        var host = new Host(new(Guid.Empty), ResourceName.Parse("h"), HostDriver.Simulated, new Dictionary<ResourceClass, InventoryTerms>
        {
            [ResourceClass.DiskGiB] = new(ResourceVector.MaxAmount, 0, Overcommit.FromPermille(1_000_000)),
        }, DateTimeOffset.UnixEpoch);
        var most = ResourceVector.Of((ResourceClass.DiskGiB, ResourceVector.MaxAmount));
        Assert.Equal(AllocationOutcome.Allocated, host.Allocate(most, null));
        Assert.Equal(AllocationOutcome.NoCapacityNow, host.Allocate(ResourceVector.Of((ResourceClass.DiskGiB, 1)), null));
        Assert.Equal(ResourceVector.MaxAmount, HostSnapshot.Of(host).Used[ResourceClass.DiskGiB]);
    }

    [Fact]
    public void Releasing_what_nobody_holds_is_a_breach()
    {
        var host = HostWith((ResourceClass.Vcpu, 8));
        Assert.Throws<InvariantException>(() => host.Release(ResourceVector.Of((ResourceClass.Vcpu, 1)), null));
    }

    [Fact]
    public void An_engine_is_usable_when_it_runs_and_a_guest_really_ran_on_it()
    {
        var host = HostWith((ResourceClass.Vcpu, 8));
        Configure(host, ResourceVector.Empty, proved: false);
        Assert.Equal("EngineNotProved", Assert.Single(HostSnapshot.Of(host).Engines).Reason);
        host.SetEngineCondition(EngineKind.Software, new(Engine.ProvedCondition, ConditionStatus.True, "GuestRan", "", default));
        Assert.True(Assert.Single(HostSnapshot.Of(host).Engines).Usable);
        host.SetEngineState(EngineKind.Software, EngineState.Stopping);
        Assert.Equal("EngineStopped", Assert.Single(HostSnapshot.Of(host).Engines).Reason);
    }

    [Fact]
    public void Saying_again_what_an_engine_is_changes_nothing()
    {
        var host = HostWith((ResourceClass.Vcpu, 8));
        Configure(host, ResourceVector.Empty);
        var (generation, version) = (host.Generation, host.Engine(EngineKind.Software)!.Version);
        host.SetEngineState(EngineKind.Software, EngineState.Running);
        Assert.Equal((generation, version), (host.Generation, host.Engine(EngineKind.Software)!.Version));
        Assert.Throws<InvariantException>(() => host.SetEngineState(EngineKind.Hardware, EngineState.Running));
    }

    private static Host HostWith(params (ResourceClass Resource, long Total)[] capacity) =>
        new(new(Guid.Empty), ResourceName.Parse("h"), HostDriver.Simulated, Terms(capacity), DateTimeOffset.UnixEpoch);

    private static Dictionary<ResourceClass, InventoryTerms> Terms(params (ResourceClass Resource, long Total)[] capacity) =>
        capacity.ToDictionary(entry => entry.Resource, entry => new InventoryTerms(entry.Total, 0, Overcommit.None));

    private static void Configure(Host host, ResourceVector own, (ResourceClass Resource, int Permille)? ratio = null, bool proved = true)
    {
        var ratios = new Dictionary<ResourceClass, Overcommit>();
        if (ratio is { } some) { ratios[some.Resource] = Overcommit.FromPermille(some.Permille); }
        Assert.True(host.TryConfigure(EngineKind.Software, new("max", "q35", ratios, own), EngineState.Running));
        if (!proved) { return; }
        host.SetEngineCondition(EngineKind.Software, new(Engine.ProvedCondition, ConditionStatus.True, "GuestRan", "", default));
    }
}
